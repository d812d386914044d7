package io.sparsestream.metrics;

import io.micrometer.core.instrument.Timer;
import io.sparsestream.stream.TrainingListener;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a replica alone has: the rounds it takes part in, and an end after which none of its meters is left. */
final class ReplicaMetrics implements TrainingListener {
    private final MeterGroup group;
    private Optional<Answers> answers = Optional.empty(); // empty before the first: round 0 would look far behind

    /** Meters of the answers to a replica's updates. */
    private static final class Answers {
        private final Timer wait;
        private volatile long round;

        Answers(MeterGroup group) {
            wait = group.timer(
                    "sparsestream.round.wait",
                    "From a replica's update to the answer that it waits for",
                    RoundMeters.BOUNDS);
            group.gauge("sparsestream.round", "Rounds closed when the replica last had an answer", () -> round);
        }

        void add(long newRound, long nanos) {
            round = newRound;
            wait.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** @param group of all meters of the replica; its end closes it */
    ReplicaMetrics(MeterGroup group) {
        this.group = group;
    }

    @Override
    public void onAnswer(long round, long nanos) {
        if (answers.isEmpty()) {
            answers = Optional.of(new Answers(group));
        }
        answers.get().add(round, nanos);
    }

    @Override
    public void onEnd() {
        group.close();
    }
}
