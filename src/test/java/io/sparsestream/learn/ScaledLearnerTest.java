package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScaledLearnerTest {
    private static final Architecture SMALL = Architecture.of(3, 2, 3);
    private static final int BATCH = 4;

    private static Hyperparameters chosen(String scale) {
        return Hyperparameters.preset("vectors")
                .with(Map.of("batch", Integer.toString(BATCH), "scale", scale, "scale-after", "8"));
    }

    private static Learner learner(String scale) {
        return ScaledLearner.of(new Autoencoder(SMALL, chosen(scale), new PortableProduct()));
    }

    /** Records whose inputs have scales of their own; one of them never changes. */
    private static float[] record(Random random) {
        return new float[] {(float) (1e6 + 1e3 * random.nextGaussian()), (float) (1e-3 * random.nextGaussian()), 7};
    }

    private static MiniBatch batch(Learner learner, Random random) {
        MiniBatch batch = learner.newBatch();
        while (!batch.isFull()) {
            batch.add(record(random), 0, MiniBatch.UNLABELLED);
        }
        return batch;
    }

    @Test
    void withoutAScaleALearnerIsItself() {
        Learner bare = new Autoencoder(SMALL, Hyperparameters.SPARSE, new PortableProduct());
        assertThat(ScaledLearner.of(bare)).isSameAs(bare);
    }

    @ParameterizedTest
    @ValueSource(strings = {"standard", "minmax"})
    void aBatchIsScaledByWhatWasKnownBeforeIt(String scale) {
        Learner learner = learner(scale);
        Random random = new Random(5);
        double[][] seen = new double[3][0];
        for (int step = 0; step < 6; step++) {
            float[] offset = learner.state().parameter("x_offset").clone();
            float[] factor = learner.state().parameter("x_factor").clone();
            if (step > 0) {
                for (int j = 0; j < 3; j++) {
                    boolean isMinMax = scale.equals("minmax");
                    double mean = Arrays.stream(seen[j]).average().orElseThrow();
                    double deviation = Math.sqrt(Arrays.stream(seen[j])
                            .map(value -> (value - mean) * (value - mean))
                            .average()
                            .orElseThrow());
                    double trust = isMinMax ? 1 : seen[j].length / (seen[j].length + InputStatistics.DOUBT);
                    double least = Arrays.stream(seen[j]).min().orElseThrow();
                    double width = isMinMax ? Arrays.stream(seen[j]).max().orElseThrow() - least : deviation;
                    if (seen[j].length <= InputStatistics.LEAST) { // winsorizing does nothing yet
                        assertThat((double) offset[j])
                                .isCloseTo(isMinMax ? least : mean, within(1e-6 * Math.abs(mean) + 1e-9));
                        assertThat((double) factor[j])
                                .isCloseTo(j == 2 ? 0 : trust / width, within(j == 2 ? 0 : 1e-5 / width));
                    }
                }
            } else {
                assertThat(offset).containsOnly(0);
                assertThat(factor).containsOnly(0);
            }
            MiniBatch batch = batch(learner, random);
            learner.train(batch);
            for (int j = 0; j < 3; j++) {
                seen[j] = Arrays.copyOf(seen[j], (step + 1) * BATCH);
                for (int i = 0; i < BATCH; i++) {
                    seen[j][step * BATCH + i] = batch.images()[3 * i + j];
                }
            }
        }
    }

    @Test
    void theFirstRecordsAreOnlyCounted() {
        Learner learner = learner("standard");
        Random random = new Random(6);
        float[] before = learner.state().parameter("w_e_1").clone();
        for (int step = 0; step < 2; step++) {
            assertThat(learner.train(batch(learner, random)).step()).isEqualTo(step);
            assertThat(learner.state().parameter("w_e_1")).isEqualTo(before);
        }
        learner.train(batch(learner, random));
        assertThat(learner.state().parameter("w_e_1")).isNotEqualTo(before);
        assertThat(learner.state().images()).isEqualTo(3 * BATCH);
    }

    @Test
    void theFirstRecordsAreMeasuredToo() {
        Learner learner = ScaledLearner.of(new MeasuredLearner(
                new Autoencoder(SMALL, chosen("standard"), new PortableProduct()), new PortableProduct()));
        learner.train(batch(learner, new Random(6)));
        LiveMeasures.Summary measures = learner.measures().orElseThrow().summary();
        assertThat(measures.images()).isEqualTo(BATCH);
        assertThat(measures.layers()).containsOnlyKeys("h_e_1");
        assertThat(learner.averages().get(0).meanOfAll()).isBetween(0.3, 0.7); // of sigmoids of about 0
    }

    @Test
    void reconstructionsAreInTheInputsOwnUnits() {
        Learner learner = learner("standard");
        Random random = new Random(7);
        for (int step = 0; step < 2_000; step++) {
            learner.train(batch(learner, random));
        }
        MiniBatch batch = batch(learner, random);
        ForwardPass forward = learner.reconstruct(batch);
        for (int i = 0; i < BATCH; i++) {
            assertThat(forward.reconstructions()[3 * i]).isCloseTo(1e6f, within(5e3f));
            assertThat(forward.reconstructions()[3 * i + 1]).isCloseTo(0, within(5e-3f));
            assertThat(forward.reconstructions()[3 * i + 2]).isCloseTo(7, within(0.5f));
            double scaled = 0;
            for (int j = 0; j < 3; j++) {
                double error = (forward.reconstructions()[3 * i + j] - batch.images()[3 * i + j])
                        * (double) learner.state().parameter("x_factor")[j];
                scaled += error * error / 3;
            }
            assertThat(forward.mse()[i]).isCloseTo(scaled, within(1e-2 + 1e-2 * scaled));
        }
    }

    @Test
    void whatIsMissingIsLearnedAsTheMean() {
        Learner learner = learner("standard");
        Random random = new Random(8);
        for (int step = 0; step < 50; step++) {
            learner.train(batch(learner, random));
        }
        float[] mean = learner.state().parameter("x_offset").clone();
        MiniBatch with = learner.newBatch();
        MiniBatch without = learner.newBatch();
        while (!with.isFull()) {
            with.add(new float[] {mean[0], 0.001f, 7}, 0, MiniBatch.UNLABELLED);
            without.add(new float[] {Float.NaN, 0.001f, 7}, 0, MiniBatch.UNLABELLED);
        }
        float[] expected = learner.reconstruct(with).reconstructions().clone();
        assertThat(learner.reconstruct(without).reconstructions()).isEqualTo(expected);
        double[] known = learner.state().averages().get("inputs.mean").clone();
        learner.train(without);
        assertThat(learner.state().averages().get("inputs.mean")[0]).isEqualTo(known[0]);
        assertThat(learner.state().averages().get("inputs.mean")[1]).isNotEqualTo(known[1]);
    }

    /** An input that the first records lack is scaled as if its first value were the stream's first. */
    @ParameterizedTest
    @ValueSource(strings = {"standard", "minmax"})
    void whatTheFirstRecordsLackCountsForNothing(String scale) {
        int lacking = 2 * BATCH + 1;
        InputStatistics late = statistics(scale);
        InputStatistics inTime = statistics(scale);
        Random random = new Random(12);
        for (int i = 0; i < lacking; i++) {
            late.add(new float[] {Float.NaN, random.nextFloat()}, 1);
        }
        assertThat(late.factor()[0]).isZero();
        for (int i = 0; i < 2 * InputStatistics.WINDOW; i++) {
            float value =
                    i % 7 == 3 ? Float.NaN : (float) (20 + random.nextGaussian()); // that are missing later on count
            late.add(new float[] {value, 5}, 1);
            inTime.add(new float[] {value, 5}, 1);
            assertThat(late.factor()[0]).as("after " + i).isEqualTo(inTime.factor()[0]);
            for (String array : late.arrays().keySet()) {
                if (!array.equals("inputs.count") && !array.equals("inputs.missing")) {
                    assertThat(late.arrays().get(array)[0])
                            .as(array)
                            .isEqualTo(inTime.arrays().get(array)[0]);
                }
            }
        }
        assertThat(late.arrays().get("inputs.mean")[0]).isBetween(19.5, 20.5);
        assertThat(late.arrays().get("inputs.missing")).containsExactly(lacking, 0);
        assertThat(inTime.arrays().get("inputs.missing")).containsOnly(0);
    }

    private static InputStatistics statistics(String scale) {
        return new InputStatistics(
                InputScale.Shape.of(scale), Map.of(InputScale.OFFSET, new float[2], InputScale.FACTOR, new float[2]));
    }

    /** Bits of a model under way: earlier versions have counted an input that was missing at first as if it had been 0. */
    @Test
    void aStateOfEarlierVersionsGoesOnAsItWas() {
        InputStatistics statistics = statistics("minmax");
        statistics.add(new float[] {Float.NaN, 3, Float.NaN, 4}, 2);
        statistics.arrays().get("inputs.missing")[0] = 0;
        statistics.add(new float[] {Float.NaN, 5, 20, 6}, 2);
        assertThat(statistics.arrays().get("inputs.missing")).containsOnly(0);
        assertThat(statistics.arrays().get("inputs.least")).containsExactly(0, 3);
        assertThat(statistics.arrays().get("inputs.mean")).containsExactly(5, 4.5);
    }

    /** One odd value must not make all others look usual. */
    @Test
    void whatIsFarOffChangesTheScaleLittle() {
        Learner learner = learner("standard");
        Random random = new Random(9);
        for (int step = 0; step < 100; step++) {
            learner.train(batch(learner, random));
        }
        float before = learner.state().parameter("x_factor")[1];
        MiniBatch batch = batch(learner, random);
        batch.images()[1] = 1e9f;
        double loss = learner.train(batch).losses().mse();
        assertThat(learner.state().parameter("x_factor")[1]).isBetween(0.9f * before, before);
        assertThat(loss).as("error, cut off").isLessThan(10);
    }

    /** A valve that has always been shut is open now; a sensor that was off is on. */
    @Test
    void aConstantInputThatChangesIsFarOffAtFirstAndUsualLater() {
        Learner learner = learner("standard");
        Random random = new Random(10);
        for (int step = 0; step < 50; step++) {
            learner.train(batch(learner, random));
        }
        MiniBatch changed = batch(learner, random);
        changed.images()[2] = 7.001f;
        ForwardPass forward = learner.reconstruct(changed);
        assertThat(forward.mse()[0]).isGreaterThan(5); // 5² / 3, but for what the model makes of it
        assertThat(forward.mse()[1]).isLessThan(5);
        for (int step = 0; step < 1_000; step++) {
            MiniBatch on = batch(learner, random);
            for (int i = 0; i < BATCH; i++) {
                on.images()[3 * i + 2] = (float) (20 + random.nextGaussian());
            }
            learner.train(on);
        }
        float factor = learner.state().parameter("x_factor")[2];
        assertThat(factor).isBetween(0.3f, 1.5f);
        assertThat(learner.state().parameter("x_offset")[2]).isCloseTo(20, within(1f));
    }

    @Test
    void aScaleStaysWhatItIs() {
        assertThatThrownBy(() -> learner("standard").set(chosen("minmax")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scale stay what they are");
        assertThatThrownBy(() -> chosen("standard").withLive(Map.of("scale", "none")))
                .hasMessage("scale cannot change while a model learns: start another with train --model");
        assertThatThrownBy(() -> Hyperparameters.SPARSE.with(Map.of("scale", "log")))
                .hasMessage("scale must be none, minmax or standard, not 'log'");
        assertThatThrownBy(() -> Hyperparameters.SPARSE.with(Map.of("scale-after", "10")))
                .hasMessageContaining("scale-after");
    }
}
