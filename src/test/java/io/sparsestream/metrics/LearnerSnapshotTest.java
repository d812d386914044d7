package io.sparsestream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LearnerSnapshotTest {
    @Test
    void quantilesAreLinearBetweenUnits() {
        LearnerSnapshot.Layer layer = new LearnerSnapshot.Layer(0, 0, 0, 0, new double[] {1, 2, 4});

        assertThat(layer.quantile(0)).isEqualTo(1);
        assertThat(layer.quantile(0.25)).isEqualTo(1.5);
        assertThat(layer.quantile(0.5)).isEqualTo(2);
        assertThat(layer.quantile(0.75)).isEqualTo(3);
        assertThat(layer.quantile(1)).isEqualTo(4);
    }
}
