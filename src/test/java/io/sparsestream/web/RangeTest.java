package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RangeTest {
    @Test
    void valuesLieBetweenTheLeastAndTheGreatestThatIsANumber() {
        Range range = Range.of(new float[] {3, Float.NaN, -1, 7, Float.POSITIVE_INFINITY});

        assertThat(range).isEqualTo(new Range(-1, 7));
        assertThat(range.place(-1)).isZero();
        assertThat(range.place(1)).isEqualTo(0.25);
        assertThat(range.place(7)).isEqualTo(1);
        assertThat(range.place(100)).isEqualTo(1);
        assertThat(range.place(-100)).isZero();
        assertThat(range.place(Double.NaN)).isZero();
    }

    @Test
    void whereAllValuesAreTheSameThereIsNoWayBetween() {
        assertThat(Range.of(new float[] {2, 2}).place(2)).isZero();
        assertThat(Range.of(new float[] {Float.NaN})).isEqualTo(new Range(0, 0));
    }
}
