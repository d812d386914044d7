package io.sparsestream.scaling;

import java.util.List;

/** The model's costs from what was measured on one machine: the one model first, then those with rounds. */
final class Calibration {
    private static final double BATCH = 60;

    /**
     * A measured run.
     *
     * @param cpuPerImage of all trainers and the broker, in seconds
     * @param brokerCpuPerImage of the broker alone
     * @param waiting share of its time that a replica waits for answers
     */
    record Point(
            int partitions,
            int every,
            double imagesPerSecond,
            double cpuPerImage,
            double brokerCpuPerImage,
            double waiting) {
        /** Seconds that a replica waits in each round. */
        double waitSeconds() {
            return waiting * partitions * every * BATCH / imagesPerSecond;
        }
    }

    private Calibration() {}

    /**
     * One replica tells what a step takes. How long replicas wait in a round is split, by least squares, into what they
     * wait whatever P, and what for each update. What a step takes of all cores is from the run that takes least:
     * the others have more rounds, whose processor time is in the waiting.
     *
     * @throws IllegalArgumentException unless there is a point of one replica, and two numbers of several
     */
    static Costs of(List<Point> points) {
        Point one = points.stream()
                .filter(point -> point.partitions() == 1)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no run with one partition"));
        List<Point> several =
                points.stream().filter(point -> point.partitions() > 1).toList();
        double meanP = several.stream().mapToInt(Point::partitions).average().orElse(0);
        double meanWait =
                several.stream().mapToDouble(Point::waitSeconds).average().orElse(0);
        double covariance = 0;
        double variance = 0;
        for (Point point : several) {
            double distance = point.partitions() - meanP;
            covariance += distance * (point.waitSeconds() - meanWait);
            variance += distance * distance;
        }
        if (variance == 0) {
            throw new IllegalArgumentException("no runs with two numbers of several partitions");
        }
        double gather = covariance / variance;
        double cpu = several.stream().mapToDouble(Point::cpuPerImage).min().orElseThrow();
        return new Costs(
                BATCH / one.imagesPerSecond(), BATCH * cpu, meanWait - gather * meanP, gather, one.brokerCpuPerImage());
    }
}
