package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HyperparametersTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, -0.01, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesALearningRateThatCannotLearn(double rate) {
        assertThatThrownBy(() -> Hyperparameters.PLAIN.with(Map.of("learning-rate", Double.toString(rate))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("learning-rate must be a positive number, not " + rate);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -1, Double.NaN})
    void refusesATargetOutsideOfZeroToOne(double rho) {
        assertThatThrownBy(() -> Hyperparameters.PLAIN.with(Map.of("rho", Double.toString(rho))))
                .hasMessageStartingWith("rho must be");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -60})
    void refusesAnEmptyBatch(int batch) {
        assertThatThrownBy(() -> Hyperparameters.PLAIN.with(Map.of("batch", Integer.toString(batch))))
                .hasMessage("batch must be at least 1, not " + batch);
    }

    @Test
    void aPresetHasLayersOfItsOwn() {
        assertThat(Hyperparameters.presetArchitecture("dictionary")).isEqualTo(Architecture.of(784, 1000, 784));
        assertThat(Hyperparameters.presetArchitecture("selective")).isEqualTo(Architecture.DEFAULT);
        assertThat(Hyperparameters.DICTIONARY.isDictionary(Hyperparameters.presetArchitecture("dictionary")))
                .isTrue();
    }

    @Test
    void namesThePresetsWhereOneIsUnknown() {
        assertThat(Hyperparameters.preset("sparse").beta()).containsExactly(7.5e-5);
        assertThatThrownBy(() -> Hyperparameters.preset("sprase"))
                .hasMessage("unknown preset 'sprase': did you mean sparse?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "batch=65537 | batch must be at most 65536, not 65537",
                "batch=6.5 | batch must be a whole number, not '6.5'",
                "alpha=much | alpha must be a number, not 'much'",
                "beta=1//2 | beta must be a number, or one for each layer like 7.5e-4/4e-2, not '1//2'",
                "beta=1/-2 | beta must be zero or a positive number, not -2.0",
                "beta=0,001 | beta must be a number, or one for each layer like 7.5e-4/4e-2, not '0,001': decimals have a",
                "beta=7.5e-4,4e-2 | beta must be a number, or one for each layer like 7.5e-4/4e-2, not '7.5e-4,4e-2': dec",
                "rho=0,05 | rho must be a number, not '0,05': decimals have a point, betas of layers a slash between them",
                "gamma=1 | unknown hyperparameter 'gamma': choose from batch, learning-rate, schedule",
                "schedule=linear | schedule must be constant, cosine or step, not 'linear'",
                "schedule-steps=9 | schedule-steps needs a schedule that is not constant: cosine or step",
                "schedule=cosine;schedule-steps=0 | schedule-steps must be at least 1, not 0",
                "activation=gelu | activation must be sigmoid, relu, topk:K, batchtopk:K or jumprelu, or one for each layer",
                "activation=topk | activation must be sigmoid, relu, topk:K, batchtopk:K or jumprelu, or one for each layer",
                "activation=relu:3 | activation must be sigmoid, relu, topk:K, batchtopk:K or jumprelu, or one for each",
                "activation=topk:x | activation must be sigmoid, relu, topk:K, batchtopk:K or jumprelu, or one for each",
                "activation=topk:30/ | activation must be sigmoid, relu, topk:K, batchtopk:K or jumprelu, or one for",
                "activation=topk:0 | topk's number of units must be at least 1, not 0",
                "output=relu | output must be sigmoid or linear, not 'relu'",
                "lambda=-1 | lambda must be zero or a positive number, not -1.0",
                "schedule=step;schedule-factor=0 | schedule-factor must be above 0 and not above 1, not 0.0",
            })
    void refusesChangesThatMakeNoSense(String changes, String message) {
        Map<String, String> values = Arrays.stream(changes.split(";"))
                .map(change -> change.split("="))
                .collect(Collectors.toMap(change -> change[0], change -> change[1]));
        assertThatThrownBy(() -> Hyperparameters.PLAIN.with(values))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({
        "learning-rate, 1e39",
        "learning-rate, 1e-46",
        "learning-rate, 1e-60",
        "epsilon, 1e-50",
        "epsilon, 1e-46",
        "alpha, 1e39",
        "alpha, 1e-300",
        "alpha, 1e-400",
        "beta, 1e300",
        "beta, 1e-3/1e-46",
        "rho, 1e-46",
        "beta1, 1e-46",
    })
    void refusesWhatFloat32CannotHoldAlsoOfAModelThatLearns(String name, String value) {
        assertThatThrownBy(() -> Hyperparameters.SPARSE.with(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name
                        + " must be 0, or from 1.17549435E-38 to 3.4028235E38 in size, as float32 can hold it, not ");
        assertThatThrownBy(() -> Hyperparameters.SPARSE.withLive(Map.of(name, value)))
                .hasMessageStartingWith(name + " must be 0, or from");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.999995", "0.999999", "0.99999999", "1"})
    void refusesADecayThatFloat32DoesNotTellFromOne(String decay) {
        for (String name : new String[] {"beta1", "beta2"}) {
            assertThatThrownBy(() -> Hyperparameters.PLAIN.withLive(Map.of(name, decay)))
                    .hasMessageStartingWith(name + " must be at least 0 and at most 0.99999, since float32");
        }
        assertThat(Hyperparameters.PLAIN.with(Map.of("beta2", "0.99999")).beta2())
                .isEqualTo(0.99999);
    }

    @Test
    void refusesAScheduleThatEndsWhereFloat32CannotHoldTheRate() {
        assertThatThrownBy(() -> Hyperparameters.PLAIN.with(Map.of("schedule", "step", "schedule-factor", "1e-20")))
                .hasMessageStartingWith("learning-rate at the schedule's end must be 0, or from");
        assertThat(Hyperparameters.PLAIN
                        .with(Map.of("schedule", "cosine", "schedule-factor", "1e-20"))
                        .learningRate(20_000))
                .isPositive();
    }

    /** Checkpoints and model files have them from before they were refused. */
    @Test
    void whatWasWrittenBeforeIsStillRead() {
        Hyperparameters written = new Hyperparameters(
                60,
                0.01,
                0.9,
                0.9999999,
                1e-50,
                1e-46,
                List.of(0.0),
                0.02,
                4,
                10_000,
                Schedule.CONSTANT,
                null,
                null,
                0,
                null,
                false);
        assertThat(written.with(Map.of("batch", "1")).beta2()).isEqualTo(0.9999999);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0", "0e0", "-0", "000", "0e-500"})
    void zeroIsZeroHoweverItIsWritten(String zero) {
        assertThat(Hyperparameters.SPARSE.with(Map.of("alpha", zero)).alpha()).isZero();
    }

    @Test
    void changesWhatIsNamedAndNothingElse() {
        Hyperparameters changed =
                Hyperparameters.SPARSE.with(Map.of("beta", "7.5e-4 / 7.5e-3", "schedule", "cosine", "seed", "7"));

        assertThat(changed.beta()).containsExactly(7.5e-4, 7.5e-3);
        assertThat(changed.schedule()).isEqualTo(new Schedule(Schedule.Shape.COSINE, 20_000, 0.01));
        assertThat(changed.alpha()).isEqualTo(5e-6);
        assertThat(changed.seed()).isEqualTo(7);
        assertThat(changed.with(Map.of("schedule-steps", "500")).schedule())
                .isEqualTo(new Schedule(Schedule.Shape.COSINE, 500, 0.01));
        assertThat(changed.with(Map.of("schedule", "constant")).schedule()).isEqualTo(Schedule.CONSTANT);
    }

    @Test
    void valuesAsTextAreTheSameValues() {
        Hyperparameters chosen = Hyperparameters.SPARSE.with(Map.of(
                "beta", "1/2", "schedule", "step", "schedule-steps", "70", "schedule-factor", "0.3", "batch", "10"));
        assertThat(Hyperparameters.PLAIN.with(chosen.values())).isEqualTo(chosen);
        assertThat(Hyperparameters.PLAIN.with(Hyperparameters.SPARSE.values())).isEqualTo(Hyperparameters.SPARSE);
        Hyperparameters kinds = Hyperparameters.PLAIN.with(
                Map.of("activation", " topk:30 / batchtopk:8", "output", "linear", "lambda", "0.1"));
        assertThat(kinds.values()).containsEntry("activation", "topk:30/batchtopk:8");
        assertThat(Hyperparameters.PLAIN.with(kinds.values())).isEqualTo(kinds);
    }

    @Test
    void aBetaForEachHiddenLayerOrOneForAll() {
        Hyperparameters two = Hyperparameters.PLAIN.with(Map.of("beta", "1/2"));
        assertThat(two.beta(0)).isEqualTo(1);
        assertThat(two.beta(1)).isEqualTo(2);
        assertThat(Hyperparameters.PLAIN.with(Map.of("beta", "3/3")))
                .isEqualTo(Hyperparameters.PLAIN.with(Map.of("beta", "3")));
        two.checkFits(Architecture.DEFAULT);
        assertThatThrownBy(() -> two.checkFits(Architecture.of(9, 5, 4, 3, 4, 5, 9)))
                .hasMessage("beta must be one number, or one for each of the 3 hidden layers, not [1.0, 2.0]");
    }

    @Test
    void architectureIsSymmetricInWidthAndDepth() {
        assertThat(Architecture.DEFAULT.tensors().stream().map(Tensor::name))
                .containsExactly("w_e_1", "b_e_1", "w_e_2", "b_e_2", "w_d_1", "b_d_1", "w_d_2", "b_d_2");
        assertThat(Architecture.DEFAULT.tensors().stream()
                        .mapToInt(Tensor::size)
                        .sum())
                .isEqualTo(489_814);
        assertThatThrownBy(() -> Architecture.of(4, 2, 2, 4)).hasMessageContaining("odd number");
        assertThatThrownBy(() -> Architecture.of(4, 2, 5)).hasMessageContaining("as wide as");
    }
}
