package io.sparsestream.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.sparsestream.message.Reason;
import java.util.EnumMap;
import java.util.Map;

/** How many records were set aside, by reason. */
final class DeadLetterMeters {
    private final Map<Reason.Kind, Counter> letters = new EnumMap<>(Reason.Kind.class);

    /** All at 0 from the beginning: Prometheus sees no increase in a counter that first appears as 1. */
    DeadLetterMeters(MeterGroup group) {
        for (Reason.Kind kind : Reason.Kind.values()) {
            letters.put(
                    kind,
                    group.counter(
                            "sparsestream.dead.letters",
                            "letters",
                            "Records set aside because they are no image",
                            Tags.of("reason", kind.toString())));
        }
    }

    /** One record was set aside. */
    void count(Reason reason) {
        letters.get(reason.kind()).increment();
    }
}
