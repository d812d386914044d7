package io.sparsestream.bench.anomaly;

import java.util.stream.IntStream;

/**
 * How well scores tell anomalies from other records. Those of equal scores count as in any order: half of the pairs, or one step
 * of the curve.
 *
 * @param rocAuc area under the ROC curve: how probably an anomaly has a higher score than another record; 0.5 by chance
 * @param averagePrecision area under the steps of the precision-recall curve; the share of anomalies by chance
 */
public record Ranking(double rocAuc, double averagePrecision) {
    /**
     * Ranks records.
     *
     * @param scores higher ones for what looks more like an anomaly
     * @param anomalous which records are some; as many
     * @throws IllegalArgumentException if there are no records of either kind, another number of scores, or a score is NaN
     */
    public static Ranking of(double[] scores, boolean[] anomalous) {
        if (scores.length != anomalous.length) {
            throw new IllegalArgumentException(scores.length + " scores of " + anomalous.length + " records");
        }
        for (int i = 0; i < scores.length; i++) {
            if (Double.isNaN(scores[i])) {
                throw new IllegalArgumentException("the score of record " + i + " is no number");
            }
        }
        long anomalies =
                IntStream.range(0, anomalous.length).filter(i -> anomalous[i]).count();
        long others = anomalous.length - anomalies;
        if (anomalies == 0 || others == 0) {
            throw new IllegalArgumentException(
                    "a ranking needs anomalies and other records: there are " + anomalies + " and " + others);
        }
        int[] falling = IntStream.range(0, scores.length)
                .boxed()
                .sorted((a, b) -> Double.compare(scores[b], scores[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        double area = 0;
        double precision = 0;
        long found = 0; // anomalies with a higher score
        long wrong = 0; // others
        int next = 0;
        while (next < falling.length) {
            double score = scores[falling[next]];
            long foundBefore = found;
            long wrongBefore = wrong;
            // == and not compare: −0 is not less than 0
            while (next < falling.length && scores[falling[next]] == score) {
                if (anomalous[falling[next]]) {
                    found++;
                } else {
                    wrong++;
                }
                next++;
            }
            area += (wrong - wrongBefore) * ((foundBefore + found) / 2.0);
            precision += (found - foundBefore) * ((double) found / (found + wrong));
        }
        return new Ranking(area / ((double) anomalies * others), precision / anomalies);
    }
}
