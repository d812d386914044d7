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
     */
    record Point(int partitions, int every, double imagesPerSecond, double cpuPerImage, double brokerCpuPerImage) {
        double roundSeconds() {
            return partitions * every * BATCH / imagesPerSecond;
        }
    }

    private Calibration() {}

    /**
     * One replica tells what a step costs; what rounds take beyond their steps is split, by least squares, into what they
     * take whatever P, and what each update takes.
     *
     * @param cores that all processes share
     * @throws IllegalArgumentException unless there is a point of one replica, and two numbers of several
     */
    static Costs of(List<Point> points, double cores) {
        Point one = points.stream()
                .filter(point -> point.partitions() == 1)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no run with one partition"));
        double step = BATCH / one.imagesPerSecond();
        double stepCpu = BATCH * one.cpuPerImage();
        List<Point> several =
                points.stream().filter(point -> point.partitions() > 1).toList();
        double meanP = several.stream().mapToInt(Point::partitions).average().orElse(0);
        double meanExtra = several.stream()
                .mapToDouble(point -> extra(point, step, stepCpu, cores))
                .average()
                .orElse(0);
        double covariance = 0;
        double variance = 0;
        for (Point point : several) {
            double distance = point.partitions() - meanP;
            covariance += distance * (extra(point, step, stepCpu, cores) - meanExtra);
            variance += distance * distance;
        }
        if (variance == 0) {
            throw new IllegalArgumentException("no runs with two numbers of several partitions");
        }
        double gather = covariance / variance;
        return new Costs(step, stepCpu, meanExtra - gather * meanP, gather, one.brokerCpuPerImage());
    }

    /** Seconds of a round that are no local steps. */
    private static double extra(Point point, double step, double stepCpu, double cores) {
        return point.roundSeconds() - point.every() * Math.max(step, point.partitions() * stepCpu / cores);
    }
}
