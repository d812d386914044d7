package io.sparsestream.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which units tell most of the label. */
class BestUnitsTest {
    private final Random random = new Random(1);

    private LabelledRows rows(int size, int classes, int units) {
        float[][] rows = new float[size][units];
        int[] labels = random.ints(size, 0, classes).toArray();
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < units; j++) {
                // The second half tells more and more of the label, unit by unit.
                boolean isOn = labels[i] == j % classes;
                rows[i][j] = (float) (random.nextGaussian() + (j >= units / 2 && isOn ? 0.3 * j : 0));
            }
        }
        return new LabelledRows(rows, labels);
    }

    /** Each chosen one is the one that leaves least of the label to a regression by least squares, fitted anew. */
    @Test
    void eachIsTheOneThatExplainsMostBeyondThoseBeforeIt() {
        LabelledRows rows = rows(300, 3, 10);

        List<Integer> best = BestUnits.of(rows, 4);

        assertThat(best).hasSize(4);
        for (int count = 1; count <= 4; count++) {
            List<Integer> before = best.subList(0, count - 1);
            double found = explained(rows, best.subList(0, count));
            for (int other = 0; other < 10; other++) {
                if (!before.contains(other)) {
                    List<Integer> units = new java.util.ArrayList<>(before);
                    units.add(other);
                    assertThat(explained(rows, units)).as("unit " + other).isLessThanOrEqualTo(found + 1e-9);
                }
            }
        }
    }

    /** Σ_c of the share of the variance of being of class c, over that class's share of the images, that units explain. */
    private static double explained(LabelledRows rows, List<Integer> units) {
        int n = rows.size();
        double[][] design = new double[n][units.size()];
        for (int j = 0; j < units.size(); j++) {
            int unit = units.get(j);
            double mean = Arrays.stream(rows.rows())
                    .mapToDouble(row -> row[unit])
                    .average()
                    .orElseThrow();
            for (int i = 0; i < n; i++) {
                design[i][j] = rows.rows()[i][unit] - mean;
            }
        }
        double total = 0;
        for (int c = 0; c < rows.classes(); c++) {
            int label = c;
            double share = (double) IntStream.of(rows.labels())
                            .filter(each -> each == label)
                            .count()
                    / n;
            int k = units.size();
            double[][] normal = new double[k][k + 1];
            for (int i = 0; i < n; i++) {
                double y = (rows.labels()[i] == c ? 1 : 0) - share;
                for (int a = 0; a < k; a++) {
                    for (int b = 0; b < k; b++) {
                        normal[a][b] += design[i][a] * design[i][b];
                    }
                    normal[a][k] += design[i][a] * y;
                }
            }
            double[] right = new double[k];
            for (int a = 0; a < k; a++) {
                right[a] = normal[a][k];
            }
            double[] solution = solve(normal);
            for (int a = 0; a < k; a++) {
                total += solution[a] * right[a] / n / share;
            }
        }
        return total;
    }

    /** Gauss and Jordan's elimination. */
    private static double[] solve(double[][] augmented) {
        int k = augmented.length;
        for (int pivot = 0; pivot < k; pivot++) {
            for (int row = 0; row < k; row++) {
                if (row != pivot) {
                    double factor = augmented[row][pivot] / augmented[pivot][pivot];
                    for (int column = 0; column <= k; column++) {
                        augmented[row][column] -= factor * augmented[pivot][column];
                    }
                }
            }
        }
        return IntStream.range(0, k)
                .mapToDouble(row -> augmented[row][k] / augmented[row][row])
                .toArray();
    }

    /** A copy of a unit and a constant say nothing more. */
    @Test
    void whatSaysNothingMoreIsNotChosen() {
        int[] labels = {0, 0, 1, 1, 2, 2, 2, 0};
        float[][] rows = new float[labels.length][];
        for (int i = 0; i < rows.length; i++) {
            float a = labels[i] == 1 ? 1 : i % 2 * 0.1f;
            rows[i] = new float[] {5, a, 2 * a + 1, 5};
        }

        assertThat(BestUnits.of(new LabelledRows(rows, labels), 4)).hasSize(1).containsAnyOf(1, 2);
    }

    /** Near 1 a float has steps of 1e-7, which may fall together with a label. */
    @Test
    void whatIsRoundingIsNotChosen() {
        int[] labels = new int[600];
        float[][] rows = new float[labels.length][];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = i % 3;
            float saturated = labels[i] == 0 ? 1 : Math.nextDown(1f);
            rows[i] = new float[] {saturated, (float) (labels[i] + 2 * random.nextGaussian())};
        }

        assertThat(BestUnits.of(new LabelledRows(rows, labels), 2)).containsExactly(1);
    }
}
