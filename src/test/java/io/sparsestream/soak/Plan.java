package io.sparsestream.soak;

import java.time.Duration;

/**
 * What a run does, and how often.
 *
 * @param length once all processes are ready
 * @param rate images a second, on each of the two topics
 * @param sampling from one look at all processes to the next
 * @param heaps looks from one look at the heaps to the next: each costs a full collection
 * @param control from one command to a model to the next
 * @param stay how long the trainer that comes and goes lives
 * @param restarts of that trainer without which the run is not over
 * @param bounded whether topics give up old records; without it the disk must be found to fill
 */
record Plan(
        Duration length,
        double rate,
        Duration sampling,
        int heaps,
        Duration control,
        Duration stay,
        int restarts,
        boolean bounded) {
    /** Within which topics come to their bound: so the disk is level before the second quarter. */
    private static final Duration SHORTEST_FILL = Duration.ofSeconds(60);

    /** Of which the first quarter fills the disk. */
    static final Duration SHORTEST = SHORTEST_FILL.multipliedBy(4);

    private static final int LOOKS_AT_HEAPS = 120;

    private static final long LARGEST_TOPIC = 536_870_912; // bytes, as sparsestream bounds topics
    private static final long SMALLEST_SEGMENT = 1_048_576; // that Kafka allows
    private static final int SEGMENTS = 8; // of a full partition, as sparsestream bounds topics

    /** A run as long as people like, half of the images on each topic. */
    static Plan of(Duration length, double rate, boolean bounded) {
        Duration sampling = Duration.ofSeconds(10);
        return new Plan(
                length,
                rate / 2,
                sampling,
                (int) Math.max(1, length.dividedBy(sampling) / LOOKS_AT_HEAPS),
                between(Duration.ofSeconds(10), length.dividedBy(20), Duration.ofSeconds(30)),
                between(Duration.ofSeconds(30), length.dividedBy(20), Duration.ofMinutes(2)),
                2, // one by SIGTERM, one by SIGKILL
                bounded);
    }

    private static Duration between(Duration least, Duration wanted, Duration most) {
        Duration enough = wanted.compareTo(least) < 0 ? least : wanted;
        return enough.compareTo(most) > 0 ? most : enough;
    }

    /**
     * Bytes that a partition keeps.
     *
     * @param bytesPerImage of the topic, by what goes to all partitions
     */
    long retention(double bytesPerImage, int partitions) {
        Duration quarter = length.dividedBy(8);
        double seconds = (quarter.compareTo(SHORTEST_FILL) < 0 ? SHORTEST_FILL : quarter).toSeconds();
        double bytes = seconds * rate * bytesPerImage / partitions;
        return (long) Math.max(SMALLEST_SEGMENT, Math.min(bytes, LARGEST_TOPIC));
    }

    /** Bytes of each file of a partition that keeps so many. */
    static long segment(long retention) {
        return Math.max(SMALLEST_SEGMENT, retention / SEGMENTS);
    }
}
