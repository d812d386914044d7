package io.sparsestream.bench.anomaly;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Runs a detector of MOA in a process of its own: a line for each seed with ROC-AUC, average precision and records/s. */
public final class MoaWorker {
    /** Begins the lines that are answers, since libraries print things too. */
    public static final String ANSWER = "moa: ";

    /** Streaming half-space trees. */
    public static final String HALF_SPACE_TREES = "half-space-trees";

    /** Its autoencoder. */
    public static final String AUTOENCODER = "autoencoder";

    private MoaWorker() {}

    /** @param args name of the detector, file of records, number of seeds */
    public static void main(String[] args) throws IOException {
        LabelledRecords records = LabelledRecords.read(Path.of(args[1]));
        int seeds = Integer.parseInt(args[2]);
        for (int seed = 1; seed <= seeds; seed++) {
            MoaDetector detector = switch (args[0]) {
                case HALF_SPACE_TREES -> MoaDetector.halfSpaceTrees(records.width(), seed);
                case AUTOENCODER -> MoaDetector.autoencoder(records.width(), seed);
                default -> throw new IllegalArgumentException("no detector is called " + args[0]);
            };
            long start = System.nanoTime();
            double[] scores = detector.scores(records);
            double rate = records.size() / ((System.nanoTime() - start) / 1e9);
            Ranking ranking = Ranking.of(scores, records.anomalous());
            System.out.printf(Locale.ROOT, "%s%s %s %s%n", ANSWER, ranking.rocAuc(), ranking.averagePrecision(), rate);
        }
    }
}
