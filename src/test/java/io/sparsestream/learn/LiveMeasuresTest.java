package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.learn.nd4j.OpenBlas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Measures that are taken while a model learns, against the plain definitions. */
class LiveMeasuresTest {
    private static final Architecture SMALL = Architecture.of(12, 40, 8, 40, 12);
    private static final int WINDOW = 70;
    private static final Hyperparameters CHOSEN =
            Hyperparameters.PLAIN.with(Map.of("batch", "10", "averaging-window", Integer.toString(WINDOW)));
    private static final List<String> LABELS = List.of("a", "b", MiniBatch.UNLABELLED, "c");

    /** An image as a layer saw it, and how much it counts. */
    private record Seen(float[][] activations, String label, float[] x, float[] reconstruction, int step) {}

    private final Random random = new Random(3);
    private final List<Seen> seen = new ArrayList<>();

    private static MeasuredLearner learner(String activation) {
        return new MeasuredLearner(bare(activation), new OpenBlas());
    }

    private static Autoencoder bare(String activation) {
        Hyperparameters chosen =
                activation.equals("sigmoid") ? CHOSEN : CHOSEN.with(Map.of("activation", activation, "beta", "0"));
        return new Autoencoder(SMALL, chosen, new OpenBlas());
    }

    /** Images whose first pixels say their label. */
    private static void fill(MiniBatch batch, Random random) {
        batch.clear();
        while (!batch.isFull()) {
            byte[] image = new byte[12];
            random.nextBytes(image);
            int label = random.nextInt(LABELS.size());
            Arrays.fill(image, 0, 4, (byte) 0);
            image[label] = (byte) 255;
            batch.add(image, LABELS.get(label));
        }
    }

    private void train(Learner learner, int steps) {
        MiniBatch batch = learner.newBatch();
        for (int step = 0; step < steps; step++) {
            fill(batch, random);
            StepResult result = learner.train(batch);
            for (int image = 0; image < batch.size(); image++) {
                float[][] activations = new float[2][];
                for (int layer = 0; layer < 2; layer++) {
                    activations[layer] = row(result.forward().activations()[layer], image, SMALL.hiddenUnits(layer));
                }
                seen.add(new Seen(
                        activations,
                        batch.labels()[image],
                        row(batch.images(), image, 12),
                        row(result.forward().reconstructions(), image, 12),
                        (int) result.step()));
            }
        }
    }

    private static float[] row(float[] matrix, int row, int width) {
        return Arrays.copyOfRange(matrix, row * width, (row + 1) * width);
    }

    private double weight(Seen image) {
        int last = seen.get(seen.size() - 1).step;
        return Math.pow(1 - 1.0 / WINDOW, 10 * (last - image.step));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sigmoid", "topk:5/topk:2", "relu", "batchtopk:6", "jumprelu"})
    void measuresAreThoseOfTheDefinitions(String activation) {
        MeasuredLearner learner = learner(activation);
        train(learner, 25);

        LiveMeasures.Summary summary = learner.measures().orElseThrow().summary();

        assertThat(summary.window()).isEqualTo(WINDOW);
        assertThat(summary.images()).isEqualTo(WINDOW);
        assertThat(summary.explainedVariance()).isCloseTo(explainedVariance(), within(1e-4));
        assertThat(summary.layers().keySet()).containsExactly("h_e_1", "h_e_2");
        for (int layer = 0; layer < 2; layer++) {
            float above = learner.hyperparameters().activation(layer).activeAbove();
            LiveMeasures.OfLayer found = summary.layers().get(SMALL.hiddenLayer(layer));
            Naive naive = new Naive(layer, above);
            assertThat(found.l0()).isCloseTo(naive.l0(), within(1e-9));
            assertThat(found.dead()).isEqualTo(naive.dead());
            assertThat(found.lifetimeSparseness()).isCloseTo(naive.lifetime(), within(1e-5));
            assertThat(found.populationSparseness()).isCloseTo(naive.population(), within(1e-5));
            assertThat(found.classSelectivity()).isCloseTo(naive.selectivity(), within(1e-5));
            for (int j = 0; j < found.density().length; j++) {
                assertThat(found.density()[j]).isCloseTo((float) naive.density(j), within(1e-6f));
            }
            assertThat(found.probeAccuracy()).isBetween(0.2, 1.0);
            for (int j = 0; j < found.density().length; j++) {
                UnitMeasures unit = learner.measures().orElseThrow().unit(layer, j, LABELS);
                assertThat(unit.density()).isCloseTo(naive.density(j), within(1e-6));
                double selectivity = naive.selectivity(j);
                if (Double.isNaN(selectivity)) {
                    assertThat(unit.selectivity()).isNull();
                    assertThat(unit.label()).isNull();
                } else {
                    assertThat(unit.selectivity()).isCloseTo(selectivity, within(1e-5));
                    assertThat(naive.mean(j, unit.label())).isCloseTo(naive.best(j), within(1e-6));
                }
            }
        }
    }

    private double explainedVariance() {
        double[] mean = new double[12];
        double total = 0;
        for (Seen image : seen) {
            total += weight(image);
            for (int i = 0; i < 12; i++) {
                mean[i] += weight(image) * image.x[i];
            }
        }
        double error = 0;
        double variance = 0;
        for (Seen image : seen) {
            for (int i = 0; i < 12; i++) {
                error += weight(image) * Math.pow(image.x[i] - image.reconstruction[i], 2);
                variance += weight(image) * Math.pow(image.x[i] - mean[i] / total, 2);
            }
        }
        return 1 - error / variance;
    }

    /** The definitions word by word. */
    private final class Naive {
        private final int layer;
        private final int units;
        private final float above;

        Naive(int layer, float above) {
            this.layer = layer;
            units = SMALL.hiddenUnits(layer);
            this.above = above;
        }

        private double h(Seen image, int unit) {
            return image.activations[layer][unit];
        }

        double density(int unit) {
            return isDead(unit) ? 0 : activity(unit);
        }

        /** Share of the images for which the unit is active, faded, whether it is dead or not. */
        double activity(int unit) {
            double sum = 0;
            double all = 0;
            for (Seen image : seen) {
                all += weight(image);
                sum += h(image, unit) > above ? weight(image) : 0;
            }
            return sum / all;
        }

        double l0() {
            double sum = 0;
            for (int j = 0; j < units; j++) {
                sum += activity(j);
            }
            return sum;
        }

        int dead() {
            int dead = 0;
            for (int j = 0; j < units; j++) {
                dead += isDead(j) ? 1 : 0;
            }
            return dead;
        }

        private boolean isDead(int unit) {
            return seen.subList(seen.size() - WINDOW, seen.size()).stream().noneMatch(image -> h(image, unit) > above);
        }

        double lifetime() {
            List<Double> ofUnits = new ArrayList<>();
            for (int j = 0; j < units; j++) {
                double all = 0;
                double sum = 0;
                double squares = 0;
                for (Seen image : seen) {
                    all += weight(image);
                    sum += weight(image) * h(image, j);
                    squares += weight(image) * h(image, j) * h(image, j);
                }
                if (squares > 0) {
                    ofUnits.add(1 - Math.pow(sum / all, 2) / (squares / all));
                }
            }
            return mean(ofUnits);
        }

        double population() {
            double sum = 0;
            double all = 0;
            for (Seen image : seen) {
                double mean = 0;
                double squares = 0;
                for (int j = 0; j < units; j++) {
                    mean += h(image, j) / units;
                    squares += h(image, j) * h(image, j) / units;
                }
                if (squares > 0) {
                    sum += weight(image) * (1 - mean * mean / squares);
                    all += weight(image);
                }
            }
            return sum / all;
        }

        double selectivity() {
            List<Double> ofUnits = new ArrayList<>();
            for (int j = 0; j < units; j++) {
                if (best(j) > 0) {
                    ofUnits.add(selectivity(j));
                }
            }
            return mean(ofUnits);
        }

        /** NaN of a unit that was never active for a label. */
        double selectivity(int unit) {
            double best = best(unit);
            double others = (means(unit).sum() - best) / 2;
            return (best - others) / (best + others);
        }

        /** Greatest mean over the images of a label. */
        double best(int unit) {
            return means(unit).max().orElseThrow();
        }

        private DoubleStream means(int unit) {
            return Stream.of("a", "b", "c").mapToDouble(label -> mean(unit, label));
        }

        private double mean(int unit, String label) {
            double sum = 0;
            double all = 0;
            for (Seen image : seen) {
                if (image.label.equals(label)) {
                    sum += weight(image) * h(image, unit);
                    all += weight(image);
                }
            }
            return sum / all;
        }

        private double mean(List<Double> values) {
            return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        }
    }

    /** The model learns what it would without them. */
    @ParameterizedTest
    @ValueSource(strings = {"sigmoid", "topk:5/topk:2", "batchtopk:6"})
    void noBitOfTheModelDependsOnThem(String activation) {
        Autoencoder bare = bare(activation);
        MeasuredLearner measured = learner(activation);
        MiniBatch batch = bare.newBatch();
        for (int step = 0; step < 300; step++) {
            fill(batch, random);
            bare.train(batch);
            measured.train(batch);
        }
        bare.state()
                .values()
                .forEach((name, values) ->
                        assertThat(measured.state().values().get(name)).as(name).isEqualTo(values));
        bare.state()
                .averages()
                .forEach(
                        (name, values) -> assertThat(measured.state().averages().get(name))
                                .as(name)
                                .isEqualTo(values));
    }

    /** A copy of the state goes on with the same bits. */
    @ParameterizedTest
    @ValueSource(strings = {"sigmoid", "topk:5/topk:2"})
    void theStateIsAllThatTheyAre(String activation) {
        MeasuredLearner whole = learner(activation);
        MeasuredLearner restored = learner(activation);
        train(whole, 30);
        restored.state().copyFrom(whole.state());
        assertThat(summary(restored)).isEqualTo(summary(whole));
        MiniBatch batch = whole.newBatch();
        for (int step = 0; step < 30; step++) {
            fill(batch, random);
            whole.train(batch);
            restored.train(batch);
        }
        assertThat(summary(restored)).isEqualTo(summary(whole));
        whole.state()
                .averages()
                .forEach(
                        (name, values) -> assertThat(restored.state().averages().get(name))
                                .as(name)
                                .isEqualTo(values));
        whole.state()
                .values()
                .forEach((name, values) ->
                        assertThat(restored.state().values().get(name)).as(name).isEqualTo(values));
    }

    private static String summary(MeasuredLearner learner) {
        LiveMeasures.Summary summary = learner.measures().orElseThrow().summary();
        StringBuilder text = new StringBuilder(summary.images() + " " + summary.explainedVariance());
        summary.layers()
                .values()
                .forEach(layer -> text.append(" ")
                        .append(layer.l0())
                        .append(layer.dead())
                        .append(layer.lifetimeSparseness())
                        .append(layer.populationSparseness())
                        .append(layer.classSelectivity())
                        .append(layer.probeAccuracy())
                        .append(Arrays.toString(layer.density())));
        return text.toString();
    }

    @Test
    void probesCanBeLeftOut() {
        MeasuredLearner learner = new MeasuredLearner(bare("sigmoid"), Optional.empty());
        train(learner, 5);
        LiveMeasures.OfLayer layer =
                learner.measures().orElseThrow().summary().layers().get("h_e_1");
        assertThat(layer.probeAccuracy()).isNull();
        assertThat(layer.l0()).isPositive();
        assertThat(learner.state().values().keySet()).noneMatch(LiveMeasures::isOne);
    }

    /** A model that is told to begin anew is measured anew. */
    @Test
    void aResetForgetsThem() {
        MeasuredLearner learner = learner("sigmoid");
        train(learner, 5);
        learner.reset(CHOSEN.seed());
        LiveMeasures.Summary summary = learner.measures().orElseThrow().summary();
        assertThat(summary.images()).isZero();
        assertThat(summary.layers()).isEmpty();
        assertThat(summary.explainedVariance()).isNull();
    }

    /** What died long ago costs no more than other numbers, and is 0 in the end. */
    @Test
    void fadedSumsEndAtZero() {
        double[] values = {1};
        for (int step = 0; step < 20_000; step++) {
            LayerSums.fade(values, 0.98, 1);
        }
        assertThat(values[0]).isZero();
    }
}
