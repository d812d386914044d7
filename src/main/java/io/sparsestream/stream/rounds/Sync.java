package io.sparsestream.stream.rounds;

import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.OuterOptimizer;
import java.time.Duration;

/**
 * How the replicas of one model are kept together, where the images topic has several partitions.
 *
 * @param every local steps after which a replica sends what it has changed
 * @param timeout after which a round is closed without those that are missing; zero: never, and nothing in a round
 *     depends on a clock
 * @param learningRate η of the outer step
 * @param momentum μ of the outer step
 * @param encoding of the updates
 */
public record Sync(int every, Duration timeout, double learningRate, double momentum, DeltaEncoding encoding) {
    /** Local steps unless told otherwise. */
    public static final int EVERY = 50;

    /** Timeout in seconds unless told otherwise. */
    public static final int TIMEOUT_SECONDS = 10;

    /** What it is unless told otherwise. */
    public static final Sync DEFAULT = new Sync(
            EVERY,
            Duration.ofSeconds(TIMEOUT_SECONDS),
            OuterOptimizer.LEARNING_RATE,
            OuterOptimizer.MOMENTUM,
            DeltaEncoding.FLOAT32);

    /** @throws IllegalArgumentException naming the first option that cannot be learned with */
    public Sync {
        if (every < 1) {
            throw new IllegalArgumentException("--sync-every must be at least 1, not " + every);
        }
        OuterOptimizer.check(learningRate, momentum);
    }

    /** Whether a round waits for all replicas, however long that takes. */
    boolean waitsForAll() {
        return timeout.isZero();
    }

    /** Whether an update or an answer says less than there is to say. */
    boolean isLossy() {
        return encoding != DeltaEncoding.FLOAT32;
    }
}
