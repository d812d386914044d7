package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against all images that were ever seen, sorted. */
class TopImagesTest {
    private static final Architecture ARCHITECTURE = Architecture.of(4, 5, 3, 5, 4);
    private static final int BATCH = 10;
    private static final int WINDOW = 95; // no multiple of the batch

    private final Random random = new Random(1);
    private final List<float[][]> seen = new ArrayList<>(); // [layer][unit] of each image
    private long before;

    private static TopImages empty() {
        return new TopImages(ARCHITECTURE, WINDOW);
    }

    /** Shows all of them a mini-batch of images, whose activations are often equal, and often 0. */
    private void show(TopImages... tops) {
        float[][] activations = new float[2][];
        for (int layer = 0; layer < 2; layer++) {
            activations[layer] = new float[BATCH * ARCHITECTURE.hiddenUnits(layer)];
            for (int i = 0; i < activations[layer].length; i++) {
                activations[layer][i] = Math.max(0, random.nextInt(60) - 20) / 8f;
            }
        }
        for (int i = 0; i < BATCH; i++) {
            float[][] ofImage = new float[2][];
            for (int layer = 0; layer < 2; layer++) {
                int units = ARCHITECTURE.hiddenUnits(layer);
                ofImage[layer] = Arrays.copyOfRange(activations[layer], i * units, (i + 1) * units);
            }
            seen.add(ofImage);
        }
        ForwardPass forward = new ForwardPass(
                BATCH,
                new float[0],
                new double[BATCH],
                activations,
                new double[2][],
                new float[] {1},
                Anomalies.unknown(BATCH));
        for (TopImages top : tops) {
            top.add(forward, before, image -> image(before + image));
        }
        before += BATCH;
    }

    /** No unit is activated. */
    private static ForwardPass silent(int images) {
        return new ForwardPass(
                images,
                new float[0],
                new double[images],
                new float[2][5 * images],
                new double[2][],
                new float[] {1},
                Anomalies.unknown(images));
    }

    private static SeenImage image(long number) {
        return new SeenImage(number, "image " + number, Long.toString(number % 10));
    }

    /** The naive way. */
    private List<TopImages.Entry> expected(int layer, int unit) {
        long present = (before - 1) / BATCH * BATCH / WINDOW; // a mini-batch belongs to the window that it begins in
        List<TopImages.Entry> all = new ArrayList<>();
        for (int number = 0; number < seen.size(); number++) {
            if (number / BATCH * BATCH / WINDOW >= present - 1 && seen.get(number)[layer][unit] > 0) {
                all.add(new TopImages.Entry(seen.get(number)[layer][unit], image(number)));
            }
        }
        all.sort(Comparator.comparingDouble(TopImages.Entry::activation).reversed());
        return all.subList(0, Math.min(TopImages.KEPT, all.size()));
    }

    private void assertAsExpected(TopImages top) {
        for (int layer = 0; layer < 2; layer++) {
            for (int unit = 0; unit < ARCHITECTURE.hiddenUnits(layer); unit++) {
                assertThat(top.of(layer, unit))
                        .as("unit %d of layer %d after %d images", unit, layer, before)
                        .isEqualTo(expected(layer, unit));
            }
        }
    }

    @Test
    void theStrongestImagesOfThisWindowAndTheLastAreKept() {
        TopImages top = empty();
        for (int step = 0; step < 60; step++) {
            show(top);
            assertAsExpected(top);
        }
        assertThat(top.of(0, 0)).hasSize(TopImages.KEPT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 13, 40})
    void whatWasWrittenGoesOnAsIfNothingHadHappened(int steps) {
        TopImages first = empty();
        for (int step = 0; step < steps; step++) {
            show(first);
        }
        TopImages second = empty();
        show(second); // and is to be forgotten
        seen.subList(seen.size() - BATCH, seen.size()).clear();
        before -= BATCH;
        second.read(first.write());
        for (int step = 0; step < 15; step++) {
            assertThat(second.write()).isEqualTo(first.write());
            show(first, second);
            assertAsExpected(second);
        }
    }

    @Test
    void anImageIsToldApartOnlyWhereAUnitTakesIt() {
        TopImages top = empty();
        ForwardPass silent = silent(2);
        silent.activations()[1][1] = 1; // unit 1 of the second layer, by the first image
        List<Integer> asked = new ArrayList<>();
        top.add(silent, 0, image -> {
            asked.add(image);
            return image(image);
        });
        assertThat(asked).containsExactly(0);
        assertThat(top.of(0, 1)).isEmpty();
        assertThat(top.of(1, 1)).containsExactly(new TopImages.Entry(1, image(0)));
    }

    @Test
    void nothingIsLeftOfAModelThatBeginsAnew() {
        TopImages top = empty();
        for (int step = 0; step < 25; step++) {
            show(top);
        }
        seen.clear();
        before = 0;
        show(top); // whose count of images says so
        assertAsExpected(top);
        top.clear();
        assertThat(top.write()).isEqualTo(empty().write());
    }

    @Test
    void whatIsOfAnotherArchitectureIsRefused() {
        byte[] other = new TopImages(Architecture.of(4, 6, 4), WINDOW).write();
        assertThatThrownBy(() -> empty().read(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another number of units");
    }

    /** Of the first unit: behind the window's number and the units of the layer. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10 | unit 0 has 10 of at most 9",
                "-1 | unit 0 has -1 of at most 9",
                "1  | they are truncated", // there is nothing of it
            })
    void aCountThatCannotBeIsRefused(byte count, String why) {
        byte[] written = empty().write();
        written[Long.BYTES + Integer.BYTES] = count;
        if (count == 1) {
            written = Arrays.copyOf(written, Long.BYTES + Integer.BYTES + 1);
        }
        byte[] damaged = written;
        assertThatThrownBy(() -> empty().read(damaged))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not the top images of such a model: " + why);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, 0, -1})
    void anActivationThatCannotBeIsRefused(float activation) {
        TopImages one = empty();
        ForwardPass pass = silent(1);
        pass.activations()[0][0] = 1;
        one.add(pass, 0, image -> image(image));
        byte[] written = one.write();
        // Behind the past window of the first layer, and of the present one the number of units and of images.
        int place = Long.BYTES + Integer.BYTES + 5 + Integer.BYTES + 1;
        assertThat(ByteBuffer.wrap(written).getFloat(place)).isEqualTo(1);
        ByteBuffer.wrap(written).putFloat(place, activation);
        assertThatThrownBy(() -> empty().read(written))
                .hasMessageContaining("the activations of unit 0 are not in their order");
    }

    @Test
    void whatIsTooLongIsRefused() {
        byte[] written = empty().write();
        assertThatThrownBy(() -> empty().read(Arrays.copyOf(written, written.length + 1)))
                .hasMessageContaining("there is more than their entries");
    }
}
