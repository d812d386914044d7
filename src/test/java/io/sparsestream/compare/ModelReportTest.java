package io.sparsestream.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelReportTest {
    private static final Hyperparameters CHOSEN = Hyperparameters.PLAIN.with(Map.of("batch", "2"));

    /** Two pixels, three images: an odd one, so that the last batch is not full. */
    private static final Dataset DATASET = new Dataset(
            "small",
            Split.TEST,
            1,
            2,
            List.of(new byte[] {0, 0}, new byte[] {0, (byte) 255}, new byte[] {0, (byte) 255}),
            new byte[] {3, 3, (byte) 200});

    private final Learner learner = new Autoencoder(Architecture.of(2, 4, 2), CHOSEN, new PortableProduct());

    /** ln 2 / ln 10 = 0.30103 of the entropy is left where a unit answers to two digits of ten. */
    @Test
    void selectivityIsOneForOneDigitAndZeroForAll() {
        assertThat(ModelReport.selectivity(new double[] {0, 0, 0.3, 0, 0, 0, 0, 0, 0, 0}))
                .isEqualTo(1);
        assertThat(ModelReport.selectivity(new double[] {.5, .5, .5, .5, .5, .5, .5, .5, .5, .5}))
                .isCloseTo(0, within(1e-12));
        assertThat(ModelReport.selectivity(new double[] {0, 0.2, 0, 0, 0.2, 0, 0, 0, 0, 0}))
                .isCloseTo(1 - 0.30103, within(1e-5));
    }

    @Test
    void agreesWithTheEvaluationAndSplitsItByLabel() {
        Evaluation expected = Evaluation.of(learner, DATASET.images());

        ModelReport report = ModelReport.of("m", 5, learner, TestSet.of(DATASET));

        assertThat(report.mse()).isCloseTo(expected.losses().mse(), within(1e-9));
        // Pixels 0 and {0, 1, 1} have variances of 0 and 2/9 around the mean image, so 1/9 on average.
        assertThat(report.explainedVariance()).isCloseTo(1 - 9 * report.mse(), within(1e-9));
        assertThat(report.layers().get("h_e_1").meanActivation())
                .isCloseTo(expected.meanActivation().get("h_e_1"), within(1e-6));
        assertThat(report.test().layers().get("h_e_1").measures().mean())
                .isCloseTo(expected.meanActivation().get("h_e_1"), within(1e-6));
        assertThat(report.mseByLabel()).containsOnlyKeys("3", "200");
        assertThat(2 * report.mseByLabel().get("3") + report.mseByLabel().get("200"))
                .isCloseTo(3 * report.mse(), within(1e-9));
    }

    @Test
    void countsUnitsThatAreDeadSaturatedAndNearTheirTarget() {
        float[] weights = learner.state().parameter("w_e_1");
        Arrays.fill(weights, 0);
        float[] biases = learner.state().parameter("b_e_1"); // so the activation is σ(bias), whatever the image
        biases[0] = -20;
        biases[1] = 20;
        biases[2] = (float) Math.log(0.024 / 0.976);
        biases[3] = (float) Math.log(0.026 / 0.974);

        ModelReport report = ModelReport.of("m", 5, learner, TestSet.of(DATASET));
        ModelReport.Layer layer = report.layers().get("h_e_1");

        assertThat(layer.dead())
                .as("all but the second are active for no image")
                .isEqualTo(0.75);
        assertThat(report.test().layers().get("h_e_1").measures().dead()).isEqualTo(3);
        assertThat(layer.saturated()).isEqualTo(0.25);
        assertThat(layer.nearTarget()).isEqualTo(0.25);
        // Four units that answer alike to the two labels there are.
        assertThat(layer.selectivity()).isCloseTo(0, within(1e-9));
    }

    /** The third image, the only one of its label, is the one that the unit answers to. */
    @Test
    void selectivityIsOneForAUnitThatAnswersToOneOfTheLabelsThatOccur() {
        Dataset dataset = new Dataset(
                "small",
                Split.TEST,
                1,
                2,
                List.of(new byte[] {0, 0}, new byte[] {0, 0}, new byte[] {0, (byte) 255}),
                new byte[] {3, 3, 8});
        float[] weights = learner.state().parameter("w_e_1");
        Arrays.fill(weights, 80); // σ(−40) for a blank image, σ(40) for the other
        Arrays.fill(learner.state().parameter("b_e_1"), -40);

        assertThat(selectivity(dataset)).isCloseTo(1, within(1e-9));
    }

    /** Nothing is known of it: what it answers to has no label. It counts neither as selective nor as not. */
    @Test
    void aUnitThatAnswersOnlyToWhatHasNoLabelHasNoSelectivity() {
        Learner relu = new Autoencoder(
                Architecture.of(2, 2, 2), CHOSEN.with(Map.of("activation", "relu")), new PortableProduct());
        System.arraycopy(
                new float[] {1, 0, 0, 1}, 0, relu.state().parameter("w_e_1"), 0, 4); // each answers to one input
        TestSet some = new TestSet(
                "some",
                List.of(new byte[] {0, 0}, new byte[] {0, (byte) 255}, new byte[] {(byte) 255, 0}),
                List.of("3", "8", MiniBatch.UNLABELLED),
                List.of(),
                Optional.empty());

        ModelReport.Layer layer = ModelReport.of("m", 5, relu, some).layers().get("h_e_1");

        assertThat(layer.selectivity()).isEqualTo(1); // that of the second unit, which answers to 8
    }

    @Test
    void thereIsNoSelectivityOfOneLabel() {
        assertThat(selectivity(new Dataset("small", Split.TEST, 1, 2, DATASET.images(), new byte[] {7, 7, 7})))
                .isNull();
    }

    private Double selectivity(Dataset dataset) {
        return ModelReport.of("m", 5, learner, TestSet.of(dataset))
                .layers()
                .get("h_e_1")
                .selectivity();
    }

    @Test
    void nothingIsExplainedWhereAllImagesAreEqual() {
        byte[] grey = {100, 100};
        Dataset dataset = new Dataset("small", Split.TEST, 1, 2, List.of(grey, grey), new byte[] {1, 2});
        assertThat(ModelReport.of("m", 5, learner, TestSet.of(dataset)).explainedVariance())
                .isNull();
    }

    @Test
    void knowsNoDigitsWhereThereAreNoLabels() {
        Dataset unlabelled = new Dataset("small", Split.TEST, 1, 2, DATASET.images(), new byte[0]);
        ModelReport report = ModelReport.of("m", 5, learner, TestSet.of(unlabelled));
        assertThat(report.mseByLabel()).isEmpty();
        assertThat(report.layers().get("h_e_1").selectivity()).isNull();
        assertThat(report.mse())
                .isCloseTo(ModelReport.of("m", 5, learner, TestSet.of(DATASET)).mse(), within(1e-12));
    }
}
