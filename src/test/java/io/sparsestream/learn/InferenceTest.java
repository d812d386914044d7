package io.sparsestream.learn;

import static io.sparsestream.learn.RandomImages.batch;
import static io.sparsestream.learn.RandomImages.images;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.support.Outside;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InferenceTest {
    private static final int BATCH = 5;
    private static final Architecture DEEP = Architecture.of(12, 9, 4, 9, 12);
    private static final Architecture WIDE = Architecture.of(12, 40, 12);

    static Stream<Arguments> models() {
        return Stream.<Supplier<MatrixProduct>>of(OpenBlas::new, PortableProduct::new)
                .flatMap(engine -> Stream.of("none", "standard", "minmax")
                        .flatMap(scale -> Stream.of(
                                Arguments.of(engine, DEEP, "sigmoid", "sigmoid", scale),
                                Arguments.of(engine, DEEP, "topk:2/topk:1", "linear", scale),
                                Arguments.of(engine, DEEP, "batchtopk:3/relu", "linear", scale),
                                Arguments.of(engine, DEEP, "jumprelu", "sigmoid", scale),
                                Arguments.of(engine, WIDE, "topk:4", "linear", scale),
                                Arguments.of(engine, WIDE, "batchtopk:4", "linear", scale))));
    }

    private static Hyperparameters hyperparameters(String activation, String output, String scale) {
        return Hyperparameters.PLAIN.with(
                Map.of("batch", Integer.toString(BATCH), "activation", activation, "output", output, "scale", scale));
    }

    @ParameterizedTest
    @MethodSource("models")
    void reconstructsAsTheLearnerDoes(
            Supplier<MatrixProduct> engine, Architecture architecture, String activation, String output, String scale) {
        Hyperparameters hyperparameters = hyperparameters(activation, output, scale);
        Learner learner = ScaledLearner.of(new Autoencoder(architecture, hyperparameters, engine.get()));
        Random random = new Random(3);
        Inference inference =
                new Inference(architecture, hyperparameters, learner.state().parameters(), engine.get());
        assertSameForwardPass(inference, learner, random);

        train(learner, random); // whose arrays it reads
        inference.setErrors(learner.state().errors());
        assertSameForwardPass(inference, learner, random);
        assertThat(inference.squaredWeights()).isEqualTo(learner.squaredWeights());

        Learner other = ScaledLearner.of(
                new Autoencoder(architecture, hyperparameters.with(Map.of("seed", "9")), engine.get()));
        train(other, random);
        inference.use(copy(other.state().parameters()));
        inference.setErrors(other.state().errors());
        assertSameForwardPass(inference, other, random);
    }

    private static void train(Learner learner, Random random) {
        for (int step = 0; step < 30; step++) {
            learner.train(batch(learner, images(random, BATCH, 12)));
        }
    }

    private static Map<String, float[]> copy(Map<String, float[]> parameters) {
        Map<String, float[]> copy = new LinkedHashMap<>();
        parameters.forEach((name, values) -> copy.put(name, values.clone()));
        return copy;
    }

    /** Of a batch that is not full. */
    private static void assertSameForwardPass(Inference inference, Learner learner, Random random) {
        int images = BATCH - 1;
        MiniBatch batch = batch(learner, images(random, images, 12));
        ForwardPass expected = learner.reconstruct(batch);
        ForwardPass found = inference.reconstruct(batch);
        assertThat(found.images()).isEqualTo(images);
        assertSame(found.mse(), expected.mse(), images);
        assertSame(found.anomalies().deviation(), expected.anomalies().deviation(), images);
        assertSame(found.anomalies().rank(), expected.anomalies().rank(), images);
        assertThat(Arrays.copyOf(found.reconstructions(), images * 12))
                .isEqualTo(Arrays.copyOf(expected.reconstructions(), images * 12));
        assertThat(found.factors()).isEqualTo(expected.factors());
        assertThat(found.meanActivations()).isDeepEqualTo(expected.meanActivations());
    }

    /** Not a number is the same as not a number. */
    private static void assertSame(double[] found, double[] expected, int images) {
        assertThat(Arrays.copyOf(found, images)).isEqualTo(Arrays.copyOf(expected, images));
    }

    @Test
    void hasNoArrayAsLargeAsTheParameters() {
        Architecture large = Architecture.of(784, 8192, 784);
        Hyperparameters single = Hyperparameters.PLAIN.with(
                Map.of("batch", "1", "activation", "topk:32", "output", "linear", "scale", "standard"));
        Map<String, float[]> parameters = new LinkedHashMap<>();
        single.tensors(large).forEach(tensor -> parameters.put(tensor.name(), new float[tensor.size()]));
        MatrixProduct product = new PortableProduct();
        long before = Outside.allocated();

        Inference inference = new Inference(large, single, parameters, product);

        long bytes = Outside.allocated() - before;
        assertThat(inference.newBatch().capacity()).isEqualTo(1);
        assertThat(bytes).isLessThan((long) Float.BYTES * 784 * 8192 / 10);
    }

    @Test
    void saysWhichErrorsItDoesNotHave() {
        Hyperparameters hyperparameters = hyperparameters("sigmoid", "sigmoid", "none");
        Inference inference = new Inference(
                DEEP, hyperparameters, new LearningState(DEEP, hyperparameters).parameters(), new PortableProduct());

        assertThatThrownBy(() -> inference.setErrors(Map.of("errors.bins", new double[3])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no array errors.bins of 3 numbers");
    }
}
