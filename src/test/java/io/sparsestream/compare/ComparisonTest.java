package io.sparsestream.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.Reconstructor;
import io.sparsestream.support.Pixels;
import java.awt.Point;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final Pattern PICTURE = Pattern.compile("!\\[[^]]*]\\(([^)]*)\\)");

    @TempDir
    Path directory;

    /** Models of different depth, on images that are no squares. */
    @Test
    void writesEveryPictureThatItNames() throws Exception {
        Dataset dataset = dataset(new byte[] {1, 2, 2, 9, 0});
        Comparison comparison = write(dataset, Architecture.of(6, 3, 2, 3, 6), Architecture.of(6, 5, 6));

        String markdown = Files.readString(directory.resolve("compare.md"));
        List<String> pictures = new ArrayList<>();
        for (Matcher matcher = PICTURE.matcher(markdown); matcher.find(); ) {
            pictures.add(matcher.group(1));
        }
        assertThat(pictures)
                .containsExactly(
                        "mse-by-label.png",
                        "images.png",
                        "activations-h_e_1.png",
                        "activations-h_e_2.png",
                        "filters-a.png",
                        "filters-b.png");
        for (String picture : pictures) {
            assertThat(ImageIO.read(directory.resolve(picture).toFile()))
                    .as(picture)
                    .isNotNull();
        }
        BufferedImage images = ImageIO.read(directory.resolve("images.png").toFile());
        assertShown(images, dataset, 4, 0, 1, 3); // one each of 0, 1, 2, 9, in this order
        assertThat(shown(images, dataset, 2)).as("another 2").isEmpty();
        assertThat(comparison.summary().toText().lines()).hasSize(3).allMatch(line -> line.length() > 80);
        assertThat(comparison.summary().toMarkdown()).contains("| b | 0 |").contains("| – | – | – | – |");
    }

    @Test
    void leavesOutWhatNeedsLabels() throws Exception {
        Comparison comparison = write(dataset(new byte[0]), Architecture.of(6, 3, 6));
        assertThat(comparison.byLabel()).isNull();
        assertThat(directory.resolve("mse-by-label.png")).doesNotExist();
        BufferedImage images = ImageIO.read(directory.resolve("images.png").toFile());
        assertShown(images, dataset(new byte[0]), 0, 1, 2, 3, 4);
    }

    @Test
    void saysWhichLabelsThereAre() throws Exception {
        Comparison comparison = write(dataset(new byte[] {26, (byte) 200, 26, 1, 1}), Architecture.of(6, 3, 6));

        assertThat(comparison.byLabel().toText().lines().findFirst().orElseThrow())
                .matches("MSE by label +1 +26 +200");
        BufferedImage images = ImageIO.read(directory.resolve("images.png").toFile());
        assertShown(images, dataset(new byte[5]), 3, 0, 1);
    }

    /** Side by side, from the left. */
    private static void assertShown(BufferedImage picture, Dataset dataset, int... images) {
        List<Point> places = IntStream.of(images)
                .mapToObj(image -> shown(picture, dataset, image).orElseThrow())
                .toList();
        assertThat(places).extracting(place -> place.y).containsOnly(places.get(0).y);
        assertThat(places).extracting(place -> place.x).isSorted().doesNotHaveDuplicates();
    }

    private static Optional<Point> shown(BufferedImage picture, Dataset dataset, int image) {
        return Pixels.find(picture, dataset.images().get(image), dataset.columns(), 5);
    }

    /** A unit that is on for one image alone stands before one that is on for all. */
    @Test
    void fieldsTellWhatAUnitAnswersTo() {
        Dataset dataset = dataset(new byte[] {1, 2, 3});
        Learner learner = new Autoencoder(Architecture.of(6, 2, 6), Hyperparameters.SPARSE, new PortableProduct());
        float[] weights = learner.state().parameter("w_e_1");
        Arrays.fill(weights, 0);
        for (int pixel = 0; pixel < 6; pixel++) {
            // Far from the others: 0 for image 0 alone.
            double offset = (dataset.images().get(0)[pixel] & 0xff) / 255.0 - 0.5;
            weights[pixel * 2 + 1] = (float) (100 * offset);
        }

        MeanImages means = MeanImages.of(learner, dataset);

        assertThat(means.strongest()).containsExactly(1, 0);
        assertThat(means.differences()[0]).containsExactly(new double[6], within(1e-6));
    }

    @Test
    void hasALineForEachOfManyLabels() {
        byte[] labels = new byte[26];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) (i + 1);
        }
        Dataset letters = dataset(labels);
        Learner learner = new Autoencoder(Architecture.of(6, 3, 6), Hyperparameters.SPARSE, new PortableProduct());

        Table table = Comparison.of(TestSet.of(letters), List.of(ModelReport.of("a", 0, learner, TestSet.of(letters))))
                .byLabel();

        assertThat(table.toText().lines())
                .hasSize(1 + 26)
                .last(STRING)
                .matches("26 +" + Table.cell("%.5f", error(learner, letters, 25)));
    }

    private static double error(Learner learner, Dataset dataset, int image) {
        return Evaluation.of(learner, List.of(dataset.images().get(image)))
                .losses()
                .mse();
    }

    /** Nothing can be explained where all images are alike, and an infinity is no JSON. */
    @Test
    void aSingleImageHasNoVarianceToExplain() throws Exception {
        Comparison comparison = write(dataset(new byte[] {7}), Architecture.of(6, 3, 6));

        assertThat(comparison.summary().toText())
                .doesNotContain("Infinity", "NaN")
                .contains(" – ");
        JsonNode json = new ObjectMapper()
                .readTree(directory.resolve("compare.json").toFile())
                .at("/models/0");
        assertThat(json.get("explainedVariance").isNull()).isTrue();
        assertThat(json.at("/layers/h_e_1/selectivity").isNull()).isTrue();
        assertThat(json.at("/mseByLabel/7").isNumber()).isTrue();
    }

    private Comparison write(Dataset dataset, Architecture... architectures) throws Exception {
        Map<String, Reconstructor> learners = new LinkedHashMap<>();
        List<ModelReport> reports = new ArrayList<>();
        for (Architecture architecture : architectures) {
            String name = Character.toString('a' + learners.size());
            learners.put(name, new Autoencoder(architecture, Hyperparameters.SPARSE, new PortableProduct()));
            reports.add(ModelReport.of(name, 0, learners.get(name), TestSet.of(dataset)));
        }
        Comparison comparison = Comparison.of(TestSet.of(dataset), reports);
        comparison.write(directory, TestSet.of(dataset), learners);
        return comparison;
    }

    private static Dataset dataset(byte[] labels) {
        Random random = new Random(1);
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < (labels.length == 0 ? 5 : labels.length); i++) {
            byte[] image = new byte[6];
            random.nextBytes(image);
            images.add(image);
        }
        return new Dataset("small", Split.TEST, 2, 3, images, labels);
    }
}
