package io.sparsestream.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Probes on real digits and on rows whose answer is known. */
class ProbeReportTest {
    private static Dataset training;
    private static Dataset test;

    @BeforeAll
    static void read() throws IOException {
        training = first(Dataset.read(Path.of("data/mnist"), Split.TRAIN), 5000);
        test = first(Dataset.read(Path.of("data/mnist"), Split.TEST), 2000);
    }

    private static Dataset first(Dataset whole, int images) {
        return new Dataset(
                whole.name(),
                whole.split(),
                whole.rows(),
                whole.columns(),
                whole.images().subList(0, images),
                Arrays.copyOf(whole.labels(), images));
    }

    /** Logistic regression on 5,000 digits has some 10 % on the first 2,000 test digits. */
    @Test
    void everyLayerIsProbed() {
        Learner learner = new Autoencoder(Architecture.of(784, 20, 784), Hyperparameters.PLAIN, new PortableProduct());

        ProbeReport report =
                ProbeReport.of("m", 7, learner, "mnist", TestSet.of(training), TestSet.of(test), OpenBlas::new);

        assertThat(report.layers().keySet()).containsExactly("pixels", "h_e_1");
        ProbeReport.Layer pixels = report.layers().get("pixels");
        assertThat(pixels.units()).isEqualTo(784);
        assertThat(pixels.probeError()).isBetween(0.08, 0.14);
        assertThat(pixels.trainingError()).isLessThan(pixels.probeError());
        assertThat(pixels.probeErrorOfBest().get(1)).isBetween(0.7, 0.85);
        assertThat(pixels.probeErrorOfBest().get(2))
                .isLessThan(pixels.probeErrorOfBest().get(1));
        assertThat(pixels.probeErrorOfBest().get(5))
                .isLessThan(pixels.probeErrorOfBest().get(2));
        ProbeReport.Layer hidden = report.layers().get("h_e_1");
        assertThat(hidden.bestUnits()).hasSize(5).doesNotHaveDuplicates();
        assertThat(hidden.probeError())
                .isBetween(0.1, 0.5)
                .isLessThan(hidden.probeErrorOfBest().get(5));
        assertThat(report.table().toText().lines().map(line -> line.split(" +")[0]))
                .containsExactly("layer", "pixels", "h_e_1");
        assertThat(Json.text(report)).contains("\"probeError\"", "\"probeErrorOfBest\":{\"1\":");
        // And the same again, bit for bit, whatever the threads did.
        assertThat(ProbeReport.of("m", 7, learner, "mnist", TestSet.of(training), TestSet.of(test), OpenBlas::new))
                .isEqualTo(report);
    }

    /** All units are 0, whatever the image: then the commonest label is the best guess. */
    @Test
    void aLayerThatTellsNothingIsProbedWithEveryEngine() {
        Learner learner = new Autoencoder(
                Architecture.of(784, 3, 784),
                Hyperparameters.PLAIN.with(Map.of("activation", "relu")),
                new PortableProduct());
        Arrays.fill(learner.state().parameter("w_e_1"), 0);
        TestSet few = TestSet.of(first(test, 200));
        long commonest = few.labels().stream()
                .collect(Collectors.groupingBy(label -> label, Collectors.counting()))
                .values()
                .stream()
                .max(Long::compare)
                .orElseThrow();

        ProbeReport report = ProbeReport.of("m", 7, learner, "mnist", few, few, OpenBlas::new);

        ProbeReport.Layer layer = report.layers().get("h_e_1");
        assertThat(layer.bestUnits()).isEmpty();
        assertThat(layer.probeErrorOfBest()).containsOnlyKeys(1, 2, 5);
        assertThat(layer.probeErrorOfBest().get(1))
                .isEqualTo(1 - commonest / 200.0)
                .isEqualTo(layer.probeError());
        assertThat(ProbeReport.of("m", 7, learner, "mnist", few, few, PortableProduct::new)
                        .layers()
                        .get("h_e_1"))
                .isEqualTo(layer);
    }

    /** Twenty units of which all but the first say nothing, for 100 images: learned by heart unless the L2 weight is great. */
    @Test
    void theL2WeightIsChosenWhereItHelps() {
        Random random = new Random(3);
        LabelledRows few = rows(random, 100, 60);
        LabelledRows many = rows(random, 2000, 60);

        Probe probe = Probe.of(few, many, PortableProduct::new);

        assertThat(probe.l2()).isEqualTo(1e-2);
        // The first unit alone decides 84 % of the labels.
        assertThat(probe.error()).isBetween(0.16, 0.45);
    }

    private static LabelledRows rows(Random random, int images, int units) {
        float[][] rows = new float[images][units];
        int[] labels = new int[images];
        for (int i = 0; i < images; i++) {
            labels[i] = i % 2;
            for (int j = 0; j < units; j++) {
                rows[i][j] = (float) random.nextGaussian() + (j == 0 ? 2 * labels[i] : 0);
            }
        }
        return new LabelledRows(rows, labels);
    }

    /** A layer that is a thousand times fainter, and has a unit that never varies, is read as well. */
    @Test
    void faintLayersAreReadAsLoudOnes() {
        LabelledRows loud = rows(new Random(3), 1000, 4);
        float[][] faint = Arrays.stream(loud.rows())
                .map(row -> new float[] {row[0] / 1024 + 3, row[1] / 1024, row[2] / 1024, row[3] / 1024, 0.7f})
                .toArray(float[][]::new);
        LabelledRows quiet = new LabelledRows(faint, loud.labels());

        double error = Probe.of(quiet, quiet, PortableProduct::new).error();

        assertThat(error).isBetween(0.12, 0.2);
        assertThat(error)
                .isCloseTo(
                        Probe.of(loud, loud, PortableProduct::new).error(),
                        org.assertj.core.api.Assertions.within(0.005));
    }
}
