package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
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
    void namesThePresetsWhereOneIsUnknown() {
        assertThat(Hyperparameters.preset("sparse").beta()).containsExactly(7.5e-5);
        assertThatThrownBy(() -> Hyperparameters.preset("sprase"))
                .hasMessage("unknown preset 'sprase': choose from [plain, sharp, sparse]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "batch=6.5 | batch must be a whole number, not '6.5'",
                "alpha=much | alpha must be a number, not 'much'",
                "beta=1,,2 | beta must be a number, or one for each layer like 7.5e-4/4e-2, not '1,,2'",
                "beta=1,-2 | beta must be zero or a positive number, not -2.0",
                "gamma=1 | unknown hyperparameter 'gamma': choose from batch, learning-rate, schedule",
                "schedule=linear | schedule must be constant, cosine or step, not 'linear'",
                "schedule-steps=9 | schedule-steps needs a schedule that is not constant: cosine or step",
                "schedule=cosine;schedule-steps=0 | schedule-steps must be at least 1, not 0",
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

    @Test
    void changesWhatIsNamedAndNothingElse() {
        Hyperparameters changed =
                Hyperparameters.SPARSE.with(Map.of("beta", "7.5e-4, 7.5e-3", "schedule", "cosine", "seed", "7"));

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
                "beta", "1,2", "schedule", "step", "schedule-steps", "70", "schedule-factor", "0.3", "batch", "10"));
        assertThat(Hyperparameters.PLAIN.with(chosen.values())).isEqualTo(chosen);
        assertThat(Hyperparameters.PLAIN.with(Hyperparameters.SPARSE.values())).isEqualTo(Hyperparameters.SPARSE);
    }

    @Test
    void aBetaForEachHiddenLayerOrOneForAll() {
        Hyperparameters two = Hyperparameters.PLAIN.with(Map.of("beta", "1,2"));
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
