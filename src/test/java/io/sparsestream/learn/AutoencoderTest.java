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
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AutoencoderTest {
    /** Small enough for the naive reference, with two layers on either side as in the default. */
    private static final Architecture SMALL = Architecture.of(12, 7, 4, 7, 12);

    /** Regularization strong enough that a mistake in its gradient cannot hide. */
    private static final Hyperparameters STRONG =
            Hyperparameters.PLAIN.with(Map.of("batch", "5", "alpha", "0.01", "beta", "0.05", "seed", "7"));

    /** A beta for each layer, and a learning rate that has fallen far before the tests end. */
    private static final Hyperparameters SCHEDULED = STRONG.with(
            Map.of("beta", "0.02/0.07", "schedule", "cosine", "schedule-steps", "40", "schedule-factor", "0.1"));

    static Stream<Hyperparameters> choices() {
        return Stream.of(STRONG, SCHEDULED);
    }

    @ParameterizedTest
    @MethodSource("choices")
    void gradientOfTheReferenceIsThatOfFiniteDifferencesForEveryTensor(Hyperparameters hyper) {
        ReferenceLearner reference = new ReferenceLearner(SMALL, hyper, new LearningState(SMALL, STRONG));
        double[][] x = toDoubles(images(new Random(3), 5, SMALL.inputs()));
        double h = 1e-5;

        Map<String, double[]> gradients = reference.gradient(x);

        assertThat(gradients)
                .containsOnlyKeys(SMALL.tensors().stream().map(Tensor::name).toList());
        gradients.forEach((name, gradient) -> {
            double[] parameter = reference.parameters.get(name);
            double[] numeric = new double[gradient.length];
            for (int i = 0; i < parameter.length; i++) {
                double saved = parameter[i];
                parameter[i] = saved + h;
                double above = reference.loss(x);
                parameter[i] = saved - h;
                double below = reference.loss(x);
                parameter[i] = saved;
                numeric[i] = (above - below) / (2 * h);
            }
            assertThat(relativeError(gradient, numeric)).as(name).isLessThan(1e-6);
        });
    }

    static Stream<MatrixProduct> engines() {
        return Stream.of(new OpenBlas(), new PortableProduct(), new Nd4jProduct());
    }

    static Stream<Arguments> enginesAndChoices() {
        return engines().flatMap(engine -> choices().map(choice -> arguments(engine, choice)));
    }

    @ParameterizedTest
    @MethodSource("enginesAndChoices")
    void fastLearnerAgreesWithTheReferenceStepByStep(MatrixProduct product, Hyperparameters hyper) {
        Autoencoder fast = new Autoencoder(SMALL, hyper, product);
        ReferenceLearner reference = new ReferenceLearner(SMALL, hyper, new LearningState(SMALL, STRONG));
        Random random = new Random(5);
        for (int step = 0; step < 50; step++) {
            byte[][] images = images(random, STRONG.batch(), SMALL.inputs());
            double[][] x = toDoubles(images);

            double expectedLoss = reference.loss(x);
            double[] expectedOutput = reference.forward(x)[SMALL.layers()][2];
            StepResult result = fast.train(batch(fast, images));
            reference.train(x);

            assertThat(result.step()).isEqualTo(step);
            assertThat(result.losses().total()).isCloseTo(expectedLoss, within(1e-5 * expectedLoss));
            for (int i = 0; i < expectedOutput.length; i++) {
                assertThat(result.forward().reconstructions()[2 * SMALL.inputs() + i])
                        .isCloseTo((float) expectedOutput[i], within(1e-4f));
            }
            reference.parameters.forEach((name, expected) -> assertThat(
                            relativeError(toDoubles(fast.state().parameter(name)), expected))
                    .as(name)
                    .isLessThan(1e-3));
        }
    }

    /** The full size, where OpenBLAS takes other kernels and Adam its vector loop; a few steps of the naive way. */
    @ParameterizedTest
    @MethodSource("engines")
    void fastLearnerAgreesWithTheReferenceAtFullSize(MatrixProduct product) {
        Hyperparameters hyper = Hyperparameters.SPARSE;
        Autoencoder fast = new Autoencoder(Architecture.DEFAULT, hyper, product);
        ReferenceLearner reference =
                new ReferenceLearner(Architecture.DEFAULT, hyper, new LearningState(Architecture.DEFAULT, hyper));
        Random random = new Random(9);
        for (int step = 0; step < 3; step++) {
            byte[][] images = images(random, hyper.batch(), 784);
            double[][] x = toDoubles(images);
            double expected = reference.loss(x);
            assertThat(fast.train(batch(fast, images)).losses().total()).isCloseTo(expected, within(1e-4 * expected));
            reference.train(x);
        }
    }

    /** As a manifest may have it that somebody else wrote. */
    @Test
    void aMiniBatchThatNoArrayHoldsIsRefused() {
        Hyperparameters huge = Hyperparameters.PLAIN.with(Map.of("batch", "65536", "averaging-window", "65536"));
        assertThatThrownBy(() -> new Autoencoder(Architecture.of(2, 40_000, 2), huge, new PortableProduct()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a mini-batch of 65,536 images with 40,000 numbers each does not fit into memory");
    }

    @Test
    void lossTermsAreNamedAndWeighted() {
        Autoencoder learner = new Autoencoder(SMALL, STRONG, new OpenBlas());
        byte[][] images = images(new Random(5), 5, SMALL.inputs());
        double squares = 0;
        for (Tensor tensor : SMALL.tensors()) {
            for (float w : tensor.isWeight() ? learner.state().parameter(tensor.name()) : new float[0]) {
                squares += w * w;
            }
        }

        Losses losses = learner.train(batch(learner, images)).losses();

        assertThat(losses.l2()).isCloseTo(0.01 * squares / 2, within(1e-9));
        assertThat(losses.kl()).isPositive();
        assertThat(losses.total()).isEqualTo(losses.mse() + losses.l2() + losses.kl());
    }

    @ParameterizedTest
    @MethodSource("engines")
    void anImageIsReconstructedAlikeInAnIncompleteBatch(MatrixProduct product) {
        Autoencoder learner = new Autoencoder(Architecture.DEFAULT, Hyperparameters.SPARSE, product);
        byte[][] images = images(new Random(5), 60, 784);
        float[] alone = Arrays.copyOf(
                learner.reconstruct(batch(learner, Arrays.copyOf(images, 17))).reconstructions(), 17 * 784);

        float[] together = learner.train(batch(learner, images)).forward().reconstructions();

        assertThat(alone).isEqualTo(Arrays.copyOf(together, 17 * 784));
        assertThat(learner.state().step()).isEqualTo(1);
    }

    @Test
    void reconstructingChangesNothing() {
        Autoencoder learner = new Autoencoder(SMALL, STRONG, new OpenBlas());
        learner.reconstruct(batch(learner, images(new Random(5), 5, 12)));

        assertThat(learner.state().step()).isZero();
        new LearningState(SMALL, STRONG)
                .values()
                .forEach((name, value) ->
                        assertThat(learner.state().values().get(name)).isEqualTo(value));
    }

    /** The L2 term among what follows from the parameters; Adam's moments and the counts are the learner's own still. */
    @Test
    void otherParametersAreTakenOverWhole() {
        Autoencoder learner = new Autoencoder(SMALL, STRONG, new OpenBlas());
        Autoencoder other = new Autoencoder(SMALL, STRONG.with(Map.of("seed", "8")), new OpenBlas());
        byte[][] images = images(new Random(5), 5, SMALL.inputs());
        learner.train(batch(learner, images));
        float[] moment = learner.state().values().get("m.w_e_1").clone();

        learner.state().setParameters(other.state().parameters());

        assertThat(learner.state().squaredWeights()).isEqualTo(other.state().squaredWeights());
        assertThat(learner.state().values().get("m.w_e_1")).isEqualTo(moment);
        assertThat(learner.state().step()).isEqualTo(1);
        assertThat(learner.train(batch(learner, images)).losses())
                .isEqualTo(other.train(batch(other, images)).losses());
        assertThat(learner.state().parameter("w_e_1"))
                .isNotEqualTo(other.state().parameter("w_e_1"));
    }

    @Test
    void sameSeedSameBatchesSameBits() {
        Autoencoder one = new Autoencoder(SMALL, STRONG, new OpenBlas());
        Autoencoder other = new Autoencoder(SMALL, STRONG, new OpenBlas());
        for (Autoencoder learner : new Autoencoder[] {one, other}) {
            Random random = new Random(1);
            for (int step = 0; step < 20; step++) {
                learner.train(batch(learner, images(random, 5, 12)));
            }
        }
        one.state()
                .values()
                .forEach((name, value) ->
                        assertThat(other.state().values().get(name)).isEqualTo(value));
    }

    @Test
    void divergenceIsRefusedBeforeItReachesTheWeights() {
        Autoencoder learner = new Autoencoder(SMALL, STRONG, new OpenBlas());
        learner.state().parameter("b_d_2")[0] = Float.NaN;
        float[] before = learner.state().parameter("w_e_1").clone();

        assertThatThrownBy(() -> learner.train(batch(learner, images(new Random(5), 5, 12))))
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("step 0");
        assertThat(learner.state().parameter("w_e_1")).isEqualTo(before);
        assertThat(learner.state().step()).isZero();
    }

    /** The third begins with weights so large that the learning rate of some step before must have been too large. */
    @Test
    void divergenceNamesWhatToLower() {
        assertThat(diverged(Map.of("alpha", "1e6"), 1))
                .contains("lower alpha, whose L2 term has run away, under a new");
        assertThat(diverged(Map.of("beta", "1e6"), 1))
                .contains("lower beta, whose sparsity term has run away, under a");
        assertThat(diverged(Map.of("alpha", "1e6"), 1000))
                .contains("lower the learning rate, under a new --model name");
        assertThat(diverged(Map.of("alpha", "0"), Float.POSITIVE_INFINITY)).contains("lower the learning rate, under");
    }

    private static String diverged(Map<String, String> changes, float factor) {
        Autoencoder learner = new Autoencoder(SMALL, STRONG.with(changes), new PortableProduct());
        float[] weights = learner.state().parameter("w_e_2");
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= factor;
        }
        byte[][] images = images(new Random(5), 5, 12);
        return assertThatThrownBy(() -> learner.train(batch(learner, images)))
                .isInstanceOf(DivergedException.class)
                .actual()
                .getMessage();
    }

    @Test
    void betasMustFitTheLayers() {
        Hyperparameters three = STRONG.with(Map.of("beta", "1/2/3"));
        assertThatThrownBy(() -> new Autoencoder(SMALL, three, new OpenBlas()))
                .hasMessageStartingWith("beta must be one number, or one for each of the 2 hidden layers");
    }

    @Test
    void trainingTakesAFullBatchOfTheRightWidth() {
        Autoencoder learner = new Autoencoder(SMALL, STRONG, new OpenBlas());
        assertThatThrownBy(() -> learner.train(batch(learner, images(new Random(5), 4, 12))))
                .hasMessageContaining("full");
        assertThatThrownBy(() -> learner.newBatch().add(new byte[11])).hasMessageContaining("12 pixels");
    }

    @Test
    void activationsOfEveryImageHaveTheMeansOfTheForwardPass() {
        Autoencoder learner = new Autoencoder(SMALL, STRONG, new OpenBlas());
        ForwardPass forward = learner.reconstruct(batch(learner, images(new Random(5), 3, 12)));

        assertThat(forward.activations()).hasNumberOfRows(SMALL.hiddenLayers());
        for (int layer = 0; layer < SMALL.hiddenLayers(); layer++) {
            int units = SMALL.hiddenUnits(layer);
            for (int j = 0; j < units; j++) {
                double sum = 0;
                for (int image = 0; image < 3; image++) {
                    sum += forward.activations()[layer][image * units + j];
                }
                assertThat(sum / 3).isEqualTo(forward.meanActivations()[layer][j], within(1e-6));
            }
        }
    }

    /** ‖a − b‖ / (‖a‖ + ‖b‖) */
    private static double relativeError(double[] a, double[] b) {
        double difference = 0;
        double sizeA = 0;
        double sizeB = 0;
        for (int i = 0; i < a.length; i++) {
            difference += (a[i] - b[i]) * (a[i] - b[i]);
            sizeA += a[i] * a[i];
            sizeB += b[i] * b[i];
        }
        return Math.sqrt(difference) / (Math.sqrt(sizeA) + Math.sqrt(sizeB));
    }
}
