package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerMeasuresTest {
    /** Unit 0 answers to one label of three, unit 1 to all alike, unit 2 to none, unit 3 to one image of two of a label. */
    private static LayerMeasures example() {
        LayerMeasures measures = new LayerMeasures(4, 0);
        float[] activations = {
            2, 1, 0, 0,
            2, 1, 0, 4,
            0, 1, 0, 0,
            0, 1, 0, 1,
        };
        measures.add(activations, 4, new String[] {"a", "a", "b", "c"});
        return measures;
    }

    @Test
    void countsActiveUnits() {
        LayerMeasures measures = example();
        assertThat(measures.images()).isEqualTo(4);
        assertThat(measures.units()).isEqualTo(4);
        assertThat(measures.mean()).isEqualTo(13.0 / 16);
        assertThat(measures.l0()).isEqualTo(8.0 / 4);
        assertThat(measures.density()).containsExactly(0.5, 1, 0, 0.5);
        assertThat(measures.dead()).isEqualTo(1);
    }

    @Test
    void sparsenessIsThatOfTrevesAndRolls() {
        double lifetime = (1 - 1.0 / 2) + (1 - 1.0 / 1) + (1 - 25.0 / 16 / (17.0 / 4));
        assertThat(example().lifetimeSparseness().orElseThrow()).isCloseTo(lifetime / 3, within(1e-12));
        double population = (1 - 9.0 / 16 / (5.0 / 4))
                + (1 - 49.0 / 16 / (21.0 / 4))
                + (1 - 1.0 / 16 / (1.0 / 4))
                + (1 - 4.0 / 16 / (2.0 / 4));
        assertThat(example().populationSparseness().orElseThrow()).isCloseTo(population / 4, within(1e-12));
    }

    @Test
    void classSelectivityIsThatOfTheBestLabelAgainstTheMeanOfTheOthers() {
        double unit0 = 1; // 2 against 0
        double unit1 = 0; // 1 against 1
        double unit3 = (2 - 0.5) / (2 + 0.5); // means 2, 0, 1
        assertThat(example().classSelectivity().orElseThrow()).isCloseTo((unit0 + unit1 + unit3) / 3, within(1e-12));
    }

    @Test
    void oneLabelOrNoneHasNoSelectivityAndSilenceHasNoSparseness() {
        LayerMeasures measures = new LayerMeasures(2, 0);
        measures.add(new float[] {1, 2, 1, 2}, 2, new String[] {"a", MiniBatch.UNLABELLED});
        assertThat(measures.classSelectivity()).isEmpty();
        assertThat(measures.lifetimeSparseness()).hasValue(0);
        LayerMeasures silent = new LayerMeasures(2, 0);
        silent.add(new float[4], 2, new String[] {"a", "b"});
        assertThat(silent.lifetimeSparseness()).isEmpty();
        assertThat(silent.populationSparseness()).isEmpty();
        assertThat(silent.classSelectivity()).isEmpty();
        assertThat(silent.dead()).isEqualTo(2);
    }

    @Test
    void aSigmoidUnitIsActiveAboveATenth() {
        Hyperparameters mixed = Hyperparameters.PLAIN.with(Map.of("activation", "sigmoid/relu"));
        assertThat(mixed.activation(0).activeAbove()).isEqualTo(0.1f);
        assertThat(mixed.activation(1).activeAbove()).isZero();
        LayerMeasures measures = new LayerMeasures(3, 0.1f);
        measures.add(new float[] {0.1f, 0.11f, 0.9f}, 1, new String[] {"a"});
        assertThat(measures.l0()).isEqualTo(2);
    }
}
