package io.sparsestream.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.sparsestream.learn.Learner;
import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import io.sparsestream.stream.TrainingListener;
import java.util.EnumMap;
import java.util.Map;

/** How often a model was steered, by command. Commands that were refused do not count: they changed nothing. */
final class ControlMeters implements TrainingListener {
    private final Map<Control.Command, Counter> commands = new EnumMap<>(Control.Command.class);

    /** Registers all at 0: Prometheus sees no increase in a counter that first appears as 1. */
    ControlMeters(MeterGroup group) {
        for (Control.Command command : Control.Command.values()) {
            commands.put(
                    command,
                    group.counter(
                            "sparsestream.control",
                            "Commands to the model that have taken effect in this process",
                            Tags.of("command", command.toString())));
        }
    }

    @Override
    public void onControl(ControlResult result, Learner learner) {
        if (result.refused() == null) {
            commands.get(result.control().command()).increment();
        }
    }
}
