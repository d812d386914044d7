package io.sparsestream.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Losses;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.PublishedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceTableTest {
    private static final SortedMap<Long, Double> NONE = new TreeMap<>();

    private static Dataset mnist;

    @BeforeAll
    static void read() throws IOException {
        mnist = Dataset.read(Path.of("data/mnist"), Split.TEST);
    }

    @Test
    void aRunAsLongAsTheReferencesHasItsSteps() {
        assertThat(table(Hyperparameters.SPARSE, mnist, run(20_000)).lines())
                .containsExactly(
                        "mine        step 0  step 100  step 1000  step 2000  step 5000  step 10000  step 19000  test loss   h_e_1   h_e_2",
                        "reference   0.2838    0.0674     0.0419     0.0399     0.0353      0.0357      0.0345   0.035558  0.0530  0.3986",
                        "this model  1.0000    0.5000     0.3333     0.2500     0.2000      0.1667      0.1429   0.500000  0.1000  0.2000");
    }

    @Test
    void aShorterRunEndsWithItsLastStep() {
        assertThat(table(Hyperparameters.PLAIN, mnist, run(1000)).lines())
                .containsExactly(
                        "mine        step 0  step 100  step 999  test loss   h_e_1   h_e_2",
                        "reference   0.2598    0.0713         –          –       –       –",
                        "this model  1.0000    0.5000    0.0100   0.500000  0.1000  0.2000");
    }

    @Test
    void aLongerRunEndsWithItsLastStep() {
        assertThat(table(Hyperparameters.PLAIN, mnist, run(30_000)).lines().findFirst())
                .get()
                .asString()
                .contains("step 19000  step 29999  test loss");
    }

    /** The reference's test loss is that of its whole run. */
    @Test
    void anEvaluationOfAShorterRunStandsAlone() {
        assertThat(ReferenceTable.of(
                                "mine",
                                model(Architecture.DEFAULT, Hyperparameters.SPARSE, 1000),
                                List.of(mnist),
                                NONE,
                                evaluation())
                        .toText())
                .doesNotContain("reference");
    }

    @Test
    void anEvaluationHasNoSteps() {
        assertThat(table(Hyperparameters.SPARSE, mnist, NONE).lines())
                .containsExactly(
                        "mine        test loss   h_e_1   h_e_2",
                        "reference    0.035558  0.0530  0.3986",
                        "this model   0.500000  0.1000  0.2000");
    }

    @ParameterizedTest
    @CsvSource({"seed, 7", "averaging-window, 60"})
    void whatNothingIsLearnedByMayDiffer(String name, String value) {
        assertThat(table(Hyperparameters.SPARSE.with(Map.of(name, value)), mnist, NONE))
                .contains("reference");
    }

    @ParameterizedTest
    @CsvSource({"batch, 10", "learning-rate, 0.02", "beta, 1e-3", "rho, 0.03", "schedule, cosine"})
    void otherHyperparametersHaveNoReference(String name, String value) {
        assertThat(table(Hyperparameters.SPARSE.with(Map.of(name, value)), mnist, NONE))
                .doesNotContain("reference");
    }

    @Test
    void otherImagesHaveNoReference() throws IOException {
        assertThat(table(Hyperparameters.SPARSE, mnist.withLabel(3), NONE)).doesNotContain("reference");
        Dataset train = new Dataset("mnist", Split.TRAIN, 28, 28, mnist.images(), mnist.labels());
        assertThat(ReferenceTable.of(
                                "mine",
                                model(Architecture.DEFAULT, Hyperparameters.SPARSE, 20_000),
                                List.of(train, mnist),
                                NONE,
                                evaluation())
                        .toText())
                .doesNotContain("reference");
    }

    @Test
    void otherLayersHaveNoReference() {
        assertThat(ReferenceTable.of(
                                "mine",
                                model(Architecture.of(784, 200, 30, 200, 784), Hyperparameters.SPARSE, 20_000),
                                List.of(mnist),
                                NONE,
                                evaluation())
                        .toText())
                .doesNotContain("reference");
    }

    private static String table(Hyperparameters hyperparameters, Dataset data, SortedMap<Long, Double> history) {
        return ReferenceTable.of(
                        "mine",
                        model(
                                Architecture.DEFAULT,
                                hyperparameters,
                                history.isEmpty() ? 20_000 : history.lastKey() + 1),
                        List.of(data),
                        history,
                        evaluation())
                .toText();
    }

    private static PublishedModel model(Architecture architecture, Hyperparameters hyperparameters, long step) {
        Map<String, float[]> parameters = new LinkedHashMap<>();
        hyperparameters
                .tensors(architecture)
                .forEach(tensor -> parameters.put(tensor.name(), new float[tensor.size()]));
        return new PublishedModel(
                new Manifest("mine", architecture.sizes(), hyperparameters, step, 0, 0, List.of()), parameters);
    }

    private static Evaluation evaluation() {
        Map<String, Double> activations = new LinkedHashMap<>();
        activations.put("h_e_1", 0.1);
        activations.put("h_e_2", 0.2);
        return new Evaluation(new Losses(0.5, 0, 0), activations);
    }

    /** Every hundredth step and the last, the k-th of the reference's at a loss of 1/k, all others at 0.01. */
    private static SortedMap<Long, Double> run(long steps) {
        List<Long> reference = List.of(0L, 100L, 1000L, 2000L, 5000L, 10_000L, 19_000L);
        SortedMap<Long, Double> history = new TreeMap<>();
        for (long step = 0; step < steps; step += 100) {
            history.put(step, reference.contains(step) ? 1.0 / (reference.indexOf(step) + 1) : 0.01);
        }
        history.put(steps - 1, 0.01);
        return history;
    }
}
