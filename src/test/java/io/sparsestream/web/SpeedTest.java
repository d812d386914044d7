package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SpeedTest {
    private static final long QUARTER = 250_000_000;

    private final Speed speed = new Speed();

    @Test
    void isZeroAtFirstThenTheGrowthPerSecond() {
        assertThat(speed.perSecond(1000, 0)).isZero();
        assertThat(speed.perSecond(1100, QUARTER)).isEqualTo(400, within(1e-9));
        assertThat(speed.perSecond(1100, 2 * QUARTER)).isEqualTo(200, within(1e-9));
    }

    @Test
    void forgetsWhatIsLongerAgoThanItsLooks() {
        for (int i = 0; i < 50; i++) {
            speed.perSecond(i * 100L, i * QUARTER);
        }
        double last = 0;
        for (int i = 50; i < 70; i++) {
            last = speed.perSecond(4900, i * QUARTER);
        }

        assertThat(last).isZero();
    }
}
