package io.sparsestream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckpointPaceTest {
    private static final long START = 1_000_000;

    private static final long LARGE = 5_000_000; // parameters

    private final CheckpointPace pace = new CheckpointPace("m", Duration.ofSeconds(5), LARGE);

    @BeforeEach
    void begin() {
        pace.begin(START);
    }

    /** Not before that time after the start, and then. */
    private void assertDueAfter(long millis) {
        assertDueAfter(millis, pace);
    }

    private static void assertDueAfter(long millis, CheckpointPace pace) {
        assertThat(pace.isDue(START + millis - 1)).isFalse();
        assertThat(pace.isDue(START + millis)).isTrue();
    }

    @Test
    void theFirstIsDueAfterTheInterval() {
        assertDueAfter(5000);
    }

    @Test
    void oneThatTakesATenthOfTheIntervalDoesNotHoldUpTheNext() {
        pace.made(START, Duration.ofMillis(500));
        assertDueAfter(5500);
    }

    @Test
    void oneThatTakesLongerIsFollowedLater() {
        pace.made(START, Duration.ofSeconds(2));
        assertDueAfter(22_000);
    }

    @Test
    void thatOfASmallModelIsFollowedAfterTheInterval() {
        CheckpointPace small = new CheckpointPace("m", Duration.ofSeconds(5), LARGE - 1);
        small.begin(START);
        small.made(START, Duration.ofSeconds(20));
        assertDueAfter(25_000, small);
    }

    @Test
    void noneIsFollowedLaterThanAMinute() {
        pace.made(START, Duration.ofSeconds(20));
        assertDueAfter(80_000);
    }

    @Test
    void anIntervalOfMoreThanAMinuteIsKept() {
        CheckpointPace slow = new CheckpointPace("m", Duration.ofSeconds(90), LARGE);
        slow.made(START, Duration.ofSeconds(20));
        assertDueAfter(110_000, slow);
    }

    @Test
    void oneThatIsFastAgainIsFollowedAfterTheInterval() {
        pace.made(START, Duration.ofSeconds(2));
        pace.made(START, Duration.ofMillis(100));
        assertDueAfter(5100);
    }

    @Test
    void whoIsInAHurryDoesNotWait() {
        pace.hurry();
        assertThat(pace.isDue(START)).isTrue();
    }

    @Test
    void aClockThatIsSetBackHoldsNothingUp() {
        assertThat(pace.isDue(START - 3_600_000)).isTrue();
        pace.made(START - 3_600_000, Duration.ZERO);
        assertThat(pace.isDue(START - 3_600_000)).isFalse();
        assertThat(pace.isDue(START - 3_600_000 + 5000)).isTrue();
    }
}
