package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.learn.nd4j.OpenBlas;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accuracy of labels that are predicted before they are learned. */
class PrequentialProbeTest {
    private static final int UNITS = 12;
    private static final int BATCH = 20;
    private static final int LABELS = 3;
    private static final int CLASSES = 5;

    private final Random random = new Random(1);
    private final float[] activations = new float[BATCH * UNITS];
    private final int[] labels = new int[BATCH];
    private final LayerSums sums = new LayerSums(UNITS, 0, CLASSES);

    /** Each label has units of its own, which are on more often. */
    private void draw(float loudness) {
        for (int image = 0; image < BATCH; image++) {
            int label = random.nextInt(LABELS);
            labels[image] = label;
            for (int j = 0; j < UNITS; j++) {
                boolean isOn = random.nextDouble() < (j % LABELS == label ? 0.9 : 0.1);
                activations[image * UNITS + j] = isOn ? loudness : 0;
            }
        }
    }

    private PrequentialProbe probe() {
        return new PrequentialProbe(UNITS, CLASSES, BATCH, new OpenBlas());
    }

    private void add(PrequentialProbe probe) {
        sums.fade(0.99);
        sums.add(activations, BATCH, labels);
        probe.add(activations, BATCH, labels, sums);
    }

    @ParameterizedTest
    @ValueSource(floats = {1, 0.001f, 100})
    void whatCanBeReadIsReadHoweverFaint(float loudness) {
        PrequentialProbe probe = probe();
        assertThat(probe.accuracy()).isEmpty();
        for (int step = 0; step < 1000; step++) {
            draw(loudness);
            add(probe);
        }
        assertThat(probe.accuracy()).hasValueCloseTo(0.99, within(0.01));
    }

    /** The variance of a layer that has died fades through numbers whose root has no inverse in float32. */
    @Test
    void aLayerThatHasDiedLeavesNumbers() {
        PrequentialProbe probe = probe();
        draw(1);
        add(probe);
        Arrays.fill(activations, 0);
        double least = 1;
        for (int step = 0; step < 400; step++) {
            sums.fade(0.3);
            add(probe);
            double variance = sums.variance(new float[UNITS]);
            least = variance > 0 ? Math.min(least, variance) : least;
        }
        assertThat(least).isLessThan(8e-78);
        probe.values().forEach((name, values) -> {
            for (float value : values) {
                assertThat(value).as(name).isFinite();
            }
        });
        draw(1);
        add(probe);
        for (float value : probe.values().get("w")) {
            assertThat(value).isFinite();
        }
    }

    /** Labels by chance are predicted no better than by chance: so each is predicted before it is learned. */
    @Test
    void noLabelIsKnownBeforeItIsPredicted() {
        PrequentialProbe probe = probe();
        for (int step = 0; step < 1000; step++) {
            draw(1);
            for (int image = 0; image < BATCH; image++) {
                labels[image] = random.nextInt(LABELS);
            }
            add(probe);
        }
        assertThat(probe.accuracy()).hasValueCloseTo(1.0 / 3, within(0.03));
    }

    /** Before anything is learned the first class is predicted for all; after one step most would be right. */
    @Test
    void theFirstMiniBatchIsPredictedByChance() {
        PrequentialProbe probe = probe();
        draw(1);

        add(probe);

        long first = Arrays.stream(labels).filter(label -> label == 0).count();
        assertThat(probe.accuracy()).hasValue((double) first / BATCH);
    }

    /** Arrays that are copied in the middle go on with the same bits, a ring that has come round included. */
    @Test
    void restoredArraysGoOnWithTheSameBits() {
        PrequentialProbe whole = probe();
        PrequentialProbe restored = probe();
        for (int step = 0; step < 1200; step++) {
            draw(1);
            labels[step % BATCH] = step % 3 == 0 ? CLASSES : labels[step % BATCH];
            add(whole);
            if (step == 700) {
                whole.values()
                        .forEach(
                                (name, values) -> copy(values, restored.values().get(name)));
                copy(whole.counts(), restored.counts());
            } else if (step > 700) {
                restored.add(activations, BATCH, labels, sums);
            }
        }
        whole.values()
                .forEach((name, values) ->
                        assertThat(restored.values().get(name)).as(name).isEqualTo(values));
        assertThat(restored.counts()).isEqualTo(whole.counts());
        assertThat(restored.accuracy()).isEqualTo(whole.accuracy());
    }

    private static void copy(Object from, Object to) {
        System.arraycopy(from, 0, to, 0, java.lang.reflect.Array.getLength(from));
    }

    /** The last 10,000 alone count. */
    @Test
    void theAccuracyLooksBackOnAWindow() {
        PrequentialProbe probe = probe();
        int steps = PrequentialProbe.WINDOW / BATCH;
        for (int step = 0; step < steps; step++) {
            draw(1);
            add(probe);
        }
        assertThat(probe.accuracy().getAsDouble()).isGreaterThan(0.9);
        for (int step = 0; step < steps; step++) {
            draw(1);
            for (int image = 0; image < BATCH; image++) { // what was one label is another now
                labels[image] = (labels[image] + 1 + step % 2) % LABELS;
            }
            add(probe);
        }
        assertThat(probe.accuracy().getAsDouble()).isLessThan(0.6);
        assertThat(probe.counts()[1]).isEqualTo(2 * PrequentialProbe.WINDOW);
    }

    @Test
    void imagesWithoutLabelChangeNoCount() {
        PrequentialProbe probe = probe();
        draw(1);
        Arrays.fill(labels, CLASSES);

        add(probe);

        assertThat(probe.accuracy()).isEmpty();
        assertThat(probe.values().get("w")).containsOnly(0);
    }
}
