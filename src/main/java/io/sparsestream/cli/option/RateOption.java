package io.sparsestream.cli.option;

import picocli.CommandLine.Option;

/** How fast records are sent. */
public final class RateOption {
    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Images or other records per second (default: as fast as Kafka takes them).")
    private double rate;

    /**
     * Records per second; 0 for no limit.
     *
     * @throws IllegalArgumentException if that is no rate
     */
    public double perSecond() {
        if (!(rate >= 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("--rate must be a positive number of images per second, not " + rate);
        }
        return rate;
    }
}
