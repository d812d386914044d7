package io.sparsestream.cli.option;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Which records are told as anomalies. */
@About(Section.CHECKPOINTS)
public final class AlertOption {
    @Option(
            names = "--alert-above",
            paramLabel = "RANK",
            description =
                    "Tells each record on the topic anomalies.<model> whose error is greater than that of this share of"
                            + " the records of late, such as 0.999; score tells it on anomalies.scores.<model> (default: tells"
                            + " none).")
    private Optional<Double> rank = Optional.empty();

    /**
     * The rank above which records are told; empty if none is.
     *
     * @throws IllegalArgumentException if it is no share
     */
    public Optional<Double> above() {
        rank.ifPresent(AlertOption::check);
        return rank;
    }

    private static void check(double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "--alert-above must be a share from 0 to below 1, such as 0.999, not " + value);
        }
    }
}
