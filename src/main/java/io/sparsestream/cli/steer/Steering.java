package io.sparsestream.cli.steer;

import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.Seconds;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import io.sparsestream.topic.ControlTopic;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands that steer a model have in common: which one, where, and how long to wait for its answer. */
@About(Section.MODEL)
final class Steering {
    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "sparse",
            description = "The model's name (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--timeout",
            defaultValue = "30",
            paramLabel = "SECONDS",
            description = "How long to wait for the trainer's answer (default: ${DEFAULT-VALUE}).")
    private double timeout;

    /**
     * Tells the model, and returns what became of it.
     *
     * @throws CommandException if the trainer refuses it, or does not answer in time
     */
    ControlResult tell(Control control) throws Exception {
        ModelName.check(model);
        Duration limit = Seconds.of("--timeout", timeout);
        Map<String, Object> properties = kafka.toMap();
        kafka.connect();
        try (ControlTopic topic = new ControlTopic(properties)) {
            ControlResult result = topic.ask(model, control, limit)
                    .orElseThrow(() -> new CommandException("the trainer of model " + model
                            + " has not answered within "
                            + limit.toSeconds() + " s: is it running? What was said waits on the topic and takes effect"
                            + " when it runs"));
            if (result.refused() != null) {
                throw new CommandException(
                        "model " + model + " refuses at step " + result.step() + ": " + result.refused());
            }
            return result;
        }
    }
}
