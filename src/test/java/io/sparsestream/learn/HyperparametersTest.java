package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HyperparametersTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, -0.01, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesALearningRateThatCannotLearn(double rate) {
        assertThatThrownBy(() -> new Hyperparameters(60, rate, 0.9, 0.999, 1e-8, 0, 0, 0.02, 1, 10_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("learning-rate must be a positive number, not " + rate);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -1, Double.NaN})
    void refusesATargetOutsideOfZeroToOne(double rho) {
        assertThatThrownBy(() -> new Hyperparameters(60, 0.01, 0.9, 0.999, 1e-8, 0, 0, rho, 1, 10_000))
                .hasMessageStartingWith("rho must be");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -60})
    void refusesAnEmptyBatch(int batch) {
        assertThatThrownBy(() -> new Hyperparameters(batch, 0.01, 0.9, 0.999, 1e-8, 0, 0, 0.02, 1, 10_000))
                .hasMessage("batch must be at least 1, not " + batch);
    }

    @Test
    void namesThePresetsWhereOneIsUnknown() {
        assertThat(Hyperparameters.preset("sparse").beta()).isEqualTo(7.5e-5);
        assertThatThrownBy(() -> Hyperparameters.preset("sprase"))
                .hasMessage("unknown preset 'sprase': choose from [plain, sparse]");
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
