package io.sparsestream.learn;

import static io.sparsestream.learn.RandomImages.batch;
import static io.sparsestream.learn.RandomImages.images;
import static io.sparsestream.learn.RandomImages.toDoubles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sparsestream.learn.nd4j.Nd4jProduct;
import io.sparsestream.learn.nd4j.OpenBlas;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of layer but the sigmoid, which {@link AutoencoderTest} has. */
class KindsTest {
    private static final Architecture DEEP = Architecture.of(12, 9, 4, 9, 12);
    private static final Architecture WIDE = Architecture.of(12, 40, 12);

    private static final Hyperparameters STRONG =
            Hyperparameters.PLAIN.with(Map.of("batch", "5", "alpha", "0.01", "seed", "7", "learning-rate", "0.003"));

    /** A model to learn. */
    private record Choice(Architecture architecture, Hyperparameters hyper) {
        static Choice of(Architecture architecture, String activation, String output) {
            return new Choice(
                    architecture,
                    STRONG.with(Map.of("activation", activation, "output", output, "lambda", "0.002", "beta", "0.05")));
        }

        Autoencoder learner(MatrixProduct product) {
            return new Autoencoder(architecture, hyper, product);
        }

        @Override
        public String toString() {
            return architecture + " " + hyper.activationText() + " " + hyper.output();
        }
    }

    static Stream<Choice> choices() {
        return Stream.of(
                Choice.of(DEEP, "relu", "sigmoid"),
                Choice.of(DEEP, "topk:4/topk:2", "sigmoid"),
                Choice.of(DEEP, "topk:2/topk:1", "linear"), // few enough for sparse sums
                Choice.of(DEEP, "topk:4/sigmoid", "sigmoid"), // with a KL term
                Choice.of(DEEP, "sigmoid/batchtopk:2", "linear"),
                Choice.of(DEEP, "batchtopk:3/batchtopk:2", "sigmoid"),
                Choice.of(DEEP, "jumprelu", "sigmoid"),
                Choice.of(DEEP, "sigmoid", "linear"),
                Choice.of(WIDE, "relu", "linear"),
                Choice.of(WIDE, "topk:4", "linear"),
                Choice.of(WIDE, "batchtopk:4", "linear"),
                Choice.of(WIDE, "jumprelu", "linear"),
                Choice.of(WIDE, "batchtopk:4", "sigmoid")); // which is no dictionary
    }

    static Stream<MatrixProduct> engines() {
        return Stream.of(new OpenBlas(), new PortableProduct(), new Nd4jProduct());
    }

    static Stream<Arguments> enginesAndChoices() {
        return engines().flatMap(engine -> choices().map(choice -> arguments(engine, choice)));
    }

    /** Thresholds have no gradient, but an estimate of it. */
    @ParameterizedTest
    @MethodSource("choices")
    void gradientOfTheReferenceIsThatOfFiniteDifferences(Choice choice) {
        ReferenceLearner reference = new ReferenceLearner(
                choice.architecture, choice.hyper, new LearningState(choice.architecture, choice.hyper));
        double[][] x = toDoubles(images(new Random(3), 5, 12));
        double h = 1e-6;
        Random random = new Random(4);
        for (Tensor tensor :
                choice.architecture.tensors()) { // or a unit behind silent ones would have a sum of 0: a kink
            double[] bias = reference.parameters.get(tensor.name());
            for (int i = 0; !tensor.isWeight() && i < bias.length; i++) {
                bias[i] = random.nextGaussian() / 10;
            }
        }

        Map<String, double[]> gradients = reference.gradient(x);

        for (Tensor tensor : choice.architecture.tensors()) {
            double[] parameter = reference.parameters.get(tensor.name());
            double[] numeric = new double[parameter.length];
            for (int i = 0; i < parameter.length; i++) {
                double saved = parameter[i];
                parameter[i] = saved + h;
                double above = reference.lossInTraining(x);
                parameter[i] = saved - h;
                double below = reference.lossInTraining(x);
                parameter[i] = saved;
                numeric[i] = (above - below) / (2 * h);
            }
            assertThat(relativeError(gradients.get(tensor.name()), numeric))
                    .as(tensor.name())
                    .isLessThan(1e-6);
        }
    }

    /** Some units begin as silent, so that a dictionary has an auxiliary loss. */
    @ParameterizedTest
    @MethodSource("enginesAndChoices")
    void fastLearnerAgreesWithTheReferenceStepByStep(MatrixProduct product, Choice choice) {
        Autoencoder fast = choice.learner(product);
        for (int layer = 0; layer < choice.architecture.hiddenLayers(); layer++) {
            double[] silent = fast.state().silent(choice.architecture.hiddenLayer(layer));
            if (silent.length > 0 && choice.hyper.isDictionary(choice.architecture)) {
                Arrays.fill(silent, 0, 30, Silence.SHORT);
            }
        }
        ReferenceLearner reference = new ReferenceLearner(choice.architecture, choice.hyper, fast.state());
        Random random = new Random(5);
        for (int step = 0; step < 40; step++) {
            byte[][] images = images(random, 5, 12);
            double[][] x = toDoubles(images);

            double expectedLoss = reference.loss(x);
            StepResult result = fast.train(batch(fast, images));
            reference.train(x);

            assertThat(result.losses().total()).as("step " + step).isCloseTo(expectedLoss, within(1e-4 * expectedLoss));
            reference.parameters.forEach((name, expected) -> assertThat(
                            relativeError(toDoubles(fast.state().parameter(name)), expected))
                    .as(name)
                    .isLessThan(2e-3));
        }
        for (int layer = 0; layer < choice.architecture.hiddenLayers(); layer++) {
            double[] silent = fast.state().silent(choice.architecture.hiddenLayer(layer));
            assertThat(silent.length == 0 || Arrays.equals(silent, reference.silent[layer]))
                    .isTrue();
        }
    }

    /** Far enough for units to have been revived before and after. */
    @ParameterizedTest
    @MethodSource("enginesAndChoices")
    void aStateThatIsSavedAndLoadedGoesOnWithTheSameBits(MatrixProduct product, Choice choice) {
        Autoencoder undisturbed = choice.learner(product);
        Autoencoder first = choice.learner(product);
        train(undisturbed, 0, 600);
        train(first, 0, 300);
        Autoencoder second = choice.learner(product);
        train(second, 0, 3); // nothing may be left of this
        second.state().copyFrom(first.state());

        train(second, 300, 600);

        assertSameBits(second.state(), undisturbed.state());
    }

    @ParameterizedTest
    @MethodSource("choices")
    void theEnginesAgree(Choice choice) {
        Autoencoder one = choice.learner(new OpenBlas());
        Autoencoder other = choice.learner(new PortableProduct());
        train(one, 0, 30);
        train(other, 0, 30);
        one.state()
                .values()
                .forEach((name, value) -> assertThat(relativeError(
                                toDoubles(value),
                                toDoubles(other.state().values().get(name))))
                        .as(name)
                        .isLessThan(2e-3));
    }

    @ParameterizedTest
    @MethodSource("enginesAndChoices")
    void anImageIsReconstructedAlikeInAnIncompleteBatch(MatrixProduct product, Choice choice) {
        Autoencoder learner = choice.learner(product);
        train(learner, 0, 20);
        byte[][] images = images(new Random(5), 5, 12);
        float[] alone = Arrays.copyOf(
                learner.reconstruct(batch(learner, Arrays.copyOf(images, 2))).reconstructions(), 2 * 12);

        ForwardPass together = learner.train(batch(learner, images)).forward();

        assertThat(alone).isEqualTo(Arrays.copyOf(together.reconstructions(), 2 * 12));
    }

    @ParameterizedTest
    @MethodSource("choices")
    void aResetModelIsANewOne(Choice choice) {
        Autoencoder learner = choice.learner(new PortableProduct());
        train(learner, 0, 300);
        learner.reset(choice.hyper.seed());
        assertSameBits(learner.state(), new LearningState(choice.architecture, choice.hyper));
    }

    @ParameterizedTest
    @CsvSource({
        "5-1-5, topk:1, sigmoid, 1",
        "5-1-5, batchtopk:1, linear, 1",
        "1-1-1, jumprelu, linear, 1",
        "1-3-1, topk:3, linear, 2",
        "6-8-6, topk:8, linear, 3",
        "6-8-6, batchtopk:8, linear, 1",
        "9-8-1-8-9, topk:2/batchtopk:1, linear, 1",
        "9-5-5-5-5-5-9, relu, sigmoid, 7",
        "33-65-33, batchtopk:2, linear, 65",
        "3-2000-3, topk:1, linear, 2",
    })
    void everyShapeLearns(String layers, String activation, String output, String batch) {
        Architecture architecture = new Architecture(
                Arrays.stream(layers.split("-")).map(Integer::valueOf).toList());
        Choice choice = new Choice(
                architecture, STRONG.with(Map.of("activation", activation, "output", output, "batch", batch)));
        Autoencoder learner = choice.learner(new PortableProduct());
        train(learner, 0, 300);
        learner.state().values().forEach((name, values) -> {
            for (float value : values) {
                assertThat(value).as(name).isFinite();
            }
        });
    }

    @Test
    void moreUnitsThanThereAreCannotBeActive() {
        assertThatThrownBy(() -> Choice.of(DEEP, "topk:4/topk:5", "sigmoid").learner(new PortableProduct()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("activation of h_e_2 must be of at most its 4 units, not topk:5");
        assertThatThrownBy(
                        () -> Choice.of(DEEP, "topk:4/topk:2/relu", "sigmoid").learner(new PortableProduct()))
                .hasMessage("activation must be one for all, or one for each of the 2 hidden layers, not"
                        + " topk:4/topk:2/relu");
    }

    @Test
    void whatKindAModelIsStaysWhileItLearns() {
        Autoencoder learner = Choice.of(DEEP, "topk:4/topk:2", "linear").learner(new PortableProduct());
        for (Map<String, String> change :
                List.of(Map.of("activation", "relu"), Map.of("output", "sigmoid"), Map.of("batch", "6"))) {
            assertThatThrownBy(() -> learner.set(learner.hyperparameters().with(change)))
                    .hasMessage(
                            "batch, averaging window, activation, output and scale stay what they are while a model learns");
        }
        learner.set(learner.hyperparameters().withLive(Map.of("lambda", "0.1")));
        assertThatThrownBy(() -> learner.hyperparameters().withLive(Map.of("activation", "relu")))
                .hasMessage("activation cannot change while a model learns: start another with train --model");
    }

    @Test
    void topkHasAtMostKUnitsForEachImageAndBatchtopkOnAverageInTraining() {
        Autoencoder learner = Choice.of(WIDE, "topk:4", "linear").learner(new PortableProduct());
        train(learner, 0, 20);
        ForwardPass forward = learner.reconstruct(batch(learner, images(new Random(5), 5, 12)));
        for (int image = 0; image < 5; image++) {
            int active = 0;
            for (int j = 0; j < 40; j++) {
                active += forward.activations()[0][image * 40 + j] > 0 ? 1 : 0;
            }
            assertThat(active).isBetween(1, 4);
        }
    }

    @Test
    void aDictionaryBeginsWithTheMeanOfItsFirstImagesOnce() {
        Autoencoder learner = Choice.of(WIDE, "topk:4", "linear").learner(new PortableProduct());
        float[] encoder = learner.state().parameter("w_e_1").clone();
        byte[][] images = images(new Random(5), 5, 12);
        double[] mean = new double[12];
        for (double[] image : toDoubles(images)) {
            for (int i = 0; i < 12; i++) {
                mean[i] += image[i] / 5;
            }
        }

        learner.train(batch(learner, images));

        for (int i = 0; i < 12; i++) {
            assertThat((double) learner.state().parameter("b_d_1")[i]).isCloseTo(mean[i], within(1e-6));
        }
        assertThat(learner.state().parameter("w_e_1")).isEqualTo(encoder);
        learner.train(batch(learner, images(new Random(6), 5, 12)));
        assertThat((double) learner.state().parameter("b_d_1")[0]).isCloseTo(mean[0], within(0.01));
        assertThat(learner.state().parameter("w_e_1")).isNotEqualTo(encoder);
    }

    /** A step that only observes, as of a model that is paused or whose inputs are counted first, is no beginning. */
    @ParameterizedTest
    @CsvSource({"none", "standard", "minmax"})
    void aDictionaryThatHasOnlyObservedStillBeginsWithAMean(String scale) {
        Choice choice = Choice.of(WIDE, "topk:4", "linear");
        Autoencoder bare = new Autoencoder(WIDE, choice.hyper.with(Map.of("scale", scale)), new PortableProduct());
        Learner learner = ScaledLearner.of(bare);
        float[] encoder = learner.state().parameter("w_e_1").clone();
        float[] bias = learner.state().parameter("b_d_1");
        for (int step = 0; step < 3; step++) {
            learner.observe(batch(learner, images(new Random(step), 5, 12)));
            assertThat(bias).containsOnly(0);
        }
        learner.train(batch(learner, images(new Random(3), 5, 12)));
        assertThat(learner.state().parameter("w_e_1"))
                .as("nothing but the mean")
                .isEqualTo(encoder);
        assertThat(bias).doesNotContain(0);
        learner.train(batch(learner, images(new Random(4), 5, 12)));
        assertThat(learner.state().parameter("w_e_1")).isNotEqualTo(encoder);
        float[] learned = learner.state().parameter("w_e_1").clone();
        Arrays.fill(bias, 0); // as if they had been learned
        learner.train(batch(learner, images(new Random(5), 5, 12)));
        assertThat(learner.state().parameter("w_e_1")).as("no second beginning").isNotEqualTo(learned);
    }

    /** As a replica that joins later, and a model that begins with the weights of another. */
    @Test
    void aDictionaryThatTakesOverAnotherKeepsItsMean() {
        Choice choice = Choice.of(WIDE, "batchtopk:4", "linear");
        Autoencoder learned = choice.learner(new PortableProduct());
        train(learned, 0, 20);
        Autoencoder learner = choice.learner(new PortableProduct());
        learner.state().setParameters(learned.state().parameters());
        float mean = learner.state().parameter("b_d_1")[0];
        float threshold = learner.state().parameter("theta_e_1")[0];
        assertThat(learner.state().threshold("h_e_1")[0]).isEqualTo(threshold).isPositive();

        train(learner, 0, 1);

        assertThat(learner.state().parameter("b_d_1")[0]).isNotEqualTo(mean).isCloseTo(mean, within(0.01f));
    }

    @Test
    void theRowsOfADictionaryHaveNormOne() {
        Autoencoder learner = Choice.of(WIDE, "batchtopk:4", "linear").learner(new PortableProduct());
        float[] decoder = learner.state().parameter("w_d_1");
        float[] encoder = learner.state().parameter("w_e_1");
        for (int unit = 0; unit < 40; unit++) {
            for (int pixel = 0; pixel < 12; pixel++) {
                assertThat(encoder[pixel * 40 + unit]).isEqualTo(decoder[unit * 12 + pixel]);
            }
        }
        train(learner, 0, 50);
        for (int unit = 0; unit < 40; unit++) {
            double square = 0;
            for (int pixel = 0; pixel < 12; pixel++) {
                square += Math.pow(decoder[unit * 12 + pixel], 2);
            }
            assertThat(square).isCloseTo(1, within(1e-5));
        }
        assertThat(learner.state().squaredWeights()).isGreaterThan(40);
    }

    /** Biases so low that no image reaches these units. */
    @ParameterizedTest
    @MethodSource("engines")
    void unitsThatAreSilentForLongAreRevived(MatrixProduct product) {
        Autoencoder learner = Choice.of(DEEP, "topk:4/topk:2", "sigmoid").learner(product);
        learner.set(learner.hyperparameters().with(Map.of("alpha", "0"))); // which would shrink what is not learned
        learner.state().parameter("b_e_1")[3] = -100;
        learner.state().parameter("b_e_2")[1] = -100;
        train(learner, 0, 249);
        float[] outgoing = learner.state().parameter("w_d_1");
        assertThat(learner.state().silent("h_e_1")[3]).isEqualTo(249);
        assertThat(learner.state().unitsRevived()).isZero();

        train(learner, 249, 250);

        assertThat(learner.state().silent("h_e_1")[3]).isZero();
        assertThat(learner.state().unitsRevived())
                .isEqualTo((long)
                        (learner.state().revived("h_e_1")[0] + learner.state().revived("h_e_2")[0]))
                .isGreaterThanOrEqualTo(2);
        assertThat(learner.state().revived("h_e_2")[0]).isPositive();
        assertThat(Arrays.copyOfRange(outgoing, 9, 18)).containsOnly(0);
        assertThat(Arrays.copyOfRange(learner.state().values().get("m.w_d_1"), 9, 18))
                .containsOnly(0);
        train(learner, 250, 499);
        assertThat(learner.state().silent("h_e_1")[3]).isLessThan(249); // and has answered to some image since
        assertThat(Arrays.copyOfRange(outgoing, 9, 18)).isNotEqualTo(new float[9]);
    }

    /** Of equal images the mean is each of them, but for rounding: weights in its direction would be 0 for ever, or noise. */
    @ParameterizedTest
    @CsvSource({"1", "5", "7"})
    void aUnitIsNotRevivedByWhatIsNothingSpecial(int batch) {
        Choice choice = Choice.of(DEEP, "topk:4/topk:2", "sigmoid");
        Autoencoder learner = new Autoencoder(
                DEEP, choice.hyper.with(Map.of("alpha", "0", "batch", Integer.toString(batch))), new PortableProduct());
        learner.state().parameter("b_e_1")[3] = -100;
        float[] encoder = learner.state().parameter("w_e_1");
        float[] outgoing = learner.state().parameter("w_e_2");
        double[] incoming = column(encoder, 3, 9);
        float[] before = Arrays.copyOfRange(outgoing, 12, 16);
        for (int step = 0; step < 250; step++) {
            byte[][] equal = new byte[batch][];
            Arrays.fill(equal, images(new Random(step), 1, 12)[0]);
            learner.train(batch(learner, equal));
        }
        assertThat(learner.state().unitsRevived()).isZero();
        assertThat(column(encoder, 3, 9)).isEqualTo(incoming).doesNotContain(0);
        assertThat(Arrays.copyOfRange(outgoing, 12, 16)).isEqualTo(before);
        assertThat(learner.state().parameter("b_e_1")[3]).isEqualTo(-100);
        assertThat(learner.state().silent("h_e_1")[3]).as("gets another chance").isEqualTo(250);
        if (batch > 1) {
            train(learner, 250, 500);
            assertThat(learner.state().silent("h_e_1")[3]).isZero();
            assertThat(learner.state().revived("h_e_1")[0]).isPositive();
            assertThat(column(encoder, 3, 9)).isNotEqualTo(incoming).doesNotContain(0);
        }
    }

    private static double[] column(float[] matrix, int column, int columns) {
        return IntStream.range(0, matrix.length / columns)
                .mapToDouble(row -> matrix[row * columns + column])
                .toArray();
    }

    /** As a round of replicas may leave one, whose momentum carries it on. */
    @Test
    void aThresholdBelowZeroIsZero() {
        Autoencoder below = Choice.of(WIDE, "jumprelu", "linear").learner(new PortableProduct());
        Autoencoder zero = Choice.of(WIDE, "jumprelu", "linear").learner(new PortableProduct());
        train(below, 0, 20);
        zero.state().copyFrom(below.state());
        for (int unit = 0; unit < 40; unit++) {
            below.state().parameter("theta_e_1")[unit] = -0.3f;
            zero.state().parameter("theta_e_1")[unit] = 0;
        }
        MiniBatch batch = batch(below, images(new Random(5), 5, 12));
        float[] found = below.reconstruct(batch).activations()[0].clone();
        assertThat(found).isEqualTo(zero.reconstruct(batch).activations()[0]);
        for (float activation : found) {
            assertThat(activation).isNotNegative();
        }
        below.train(batch);
        zero.train(batch);
        zero.state().values().forEach((name, values) -> {
            if (!name.equals("theta_e_1")) {
                assertThat(below.state().values().get(name)).as(name).isEqualTo(values);
            }
        });
        for (float threshold : below.state().parameter("theta_e_1")) {
            assertThat(threshold).isNotNegative();
        }
    }

    /** The KL term is that of sigmoid layers. */
    @Test
    void betaIsNothingToALayerWithZeros() {
        Autoencoder learner = Choice.of(DEEP, "topk:4/topk:2", "sigmoid").learner(new PortableProduct());
        Autoencoder without = Choice.of(DEEP, "topk:4/topk:2", "sigmoid").learner(new PortableProduct());
        without.set(without.hyperparameters().with(Map.of("beta", "0")));
        train(learner, 0, 10);
        train(without, 0, 10);
        assertSameBits(learner.state(), without.state());
    }

    @Test
    void aPenaltyOnActiveUnitsMakesJumpreluSparser() {
        Choice choice = Choice.of(WIDE, "jumprelu", "linear");
        double[] active = new double[2];
        for (int strong = 0; strong < 2; strong++) {
            Autoencoder learner = choice.learner(new PortableProduct());
            learner.set(choice.hyper.with(Map.of("alpha", "0", "lambda", strong == 1 ? "0.01" : "0")));
            train(learner, 0, 400);
            LayerMeasures measures = LayerMeasures.of(learner).get(0);
            ForwardPass forward = learner.reconstruct(batch(learner, images(new Random(5), 5, 12)));
            measures.add(forward, 0, new String[] {"", "", "", "", ""});
            active[strong] = measures.l0();
        }
        assertThat(active[1]).isLessThan(0.7 * active[0]);
    }

    @ParameterizedTest
    @MethodSource("choices")
    void divergenceIsSeen(Choice choice) {
        Autoencoder learner = choice.learner(new PortableProduct());
        train(learner, 0, 2);
        for (String tensor : List.of("w_e_1", "w_d_1")) {
            Arrays.fill(learner.state().parameter(tensor), Float.NaN);
        }
        float[] before = learner.state().parameter("b_e_1").clone();
        assertThatThrownBy(() -> train(learner, 2, 3)).isInstanceOf(DivergedException.class);
        assertThat(learner.state().parameter("b_e_1")).isEqualTo(before);
    }

    private static void assertSameBits(LearningState state, LearningState expected) {
        expected.values()
                .forEach((name, value) ->
                        assertThat(state.values().get(name)).as(name).isEqualTo(value));
        expected.averages()
                .forEach((name, value) ->
                        assertThat(state.averages().get(name)).as(name).isEqualTo(value));
        assertThat(state.step()).isEqualTo(expected.step());
    }

    /** The batches from one step to another of the same stream. */
    private static void train(Autoencoder learner, int from, int to) {
        for (int step = from; step < to; step++) {
            learner.train(batch(
                    learner,
                    images(
                            new Random(step),
                            learner.hyperparameters().batch(),
                            learner.architecture().inputs())));
        }
    }

    /** ‖a − b‖ / (‖a‖ + ‖b‖); 0 where both are */
    private static double relativeError(double[] a, double[] b) {
        double difference = 0;
        double sizeA = 0;
        double sizeB = 0;
        for (int i = 0; i < a.length; i++) {
            difference += (a[i] - b[i]) * (a[i] - b[i]);
            sizeA += a[i] * a[i];
            sizeB += b[i] * b[i];
        }
        return difference == 0 ? 0 : Math.sqrt(difference) / (Math.sqrt(sizeA) + Math.sqrt(sizeB));
    }
}
