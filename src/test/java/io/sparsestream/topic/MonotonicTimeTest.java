package io.sparsestream.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class MonotonicTimeTest {
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);

    private final AtomicLong wallClock = new AtomicLong(1_800_000_000_000L);
    private final AtomicLong nanos = new AtomicLong(-5_000_000_000L); // the origin of System.nanoTime is arbitrary
    private final MonotonicTime time = new MonotonicTime(wallClock::get, nanos::get);

    private void pass(long millis) {
        wallClock.addAndGet(millis);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void isTheWallClockAsLongAsThatGoes() {
        pass(1234);

        assertThat(time.milliseconds()).isEqualTo(1_800_000_001_234L);
        assertThat(time.wallClockAhead()).isZero();
    }

    @Test
    void goesOnWhereTheWallClockIsSetBack() {
        wallClock.addAndGet(-HOUR);
        pass(1000);

        assertThat(time.milliseconds()).isEqualTo(1_800_000_001_000L);
        assertThat(time.wallClockAhead()).isEqualTo(-HOUR);
        assertThat(time.isSetBack()).isTrue();
        time.catchUp();
        assertThat(time.milliseconds()).as("never back").isEqualTo(1_800_000_001_000L);
    }

    @Test
    void isNotSetBackWhereTheClockIsMerelyAdjusted() {
        wallClock.addAndGet(-4_000);
        assertThat(time.isSetBack()).isFalse();
        wallClock.addAndGet(-2_000);
        assertThat(time.isSetBack()).isTrue();
    }

    @Test
    void remembersForTwoMinutesThatTheWallClockWasSetForward() {
        wallClock.addAndGet(4_000);
        assertThat(time.hasBeenSetForward()).as("merely adjusted").isFalse();
        time.catchUp();
        assertThat(time.hasBeenSetForward()).isFalse();

        wallClock.addAndGet(HOUR);
        assertThat(time.hasBeenSetForward()).as("not looked at yet").isTrue();
        time.catchUp();
        pass(119_000);
        assertThat(time.hasBeenSetForward()).isTrue();
        time.catchUp();
        pass(2_000);
        assertThat(time.hasBeenSetForward()).isFalse();
    }

    @Test
    void remembersItWhereAnotherThreadCatchesUpWhileItIsAsked() {
        List<Runnable> meanwhile = new ArrayList<>();
        MonotonicTime asked = new MonotonicTime(
                () -> {
                    List<Runnable> now = List.copyOf(meanwhile);
                    meanwhile.clear();
                    now.forEach(Runnable::run);
                    return wallClock.get();
                },
                nanos::get);
        wallClock.addAndGet(HOUR);
        meanwhile.add(asked::catchUp);

        assertThat(asked.hasBeenSetForward()).isTrue();
    }

    @Test
    void catchesUpWhereTheWallClockIsSetForward() {
        wallClock.addAndGet(HOUR);

        assertThat(time.milliseconds()).isEqualTo(1_800_000_000_000L);
        time.catchUp();
        assertThat(time.milliseconds()).isEqualTo(wallClock.get());
        assertThat(time.wallClockAhead()).isZero();
    }

    @Test
    void waitsByItselfAndNotByTheWallClock() {
        MonotonicTime real = new MonotonicTime(() -> wallClock.addAndGet(-HOUR), System::nanoTime);

        assertThatThrownBy(() -> real.waitObject(new Object(), () -> false, real.milliseconds() + 50))
                .isInstanceOf(TimeoutException.class);
    }
}
