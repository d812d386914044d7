package io.sparsestream.topic;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;

/**
 * Milliseconds that never go back, for Kafka Streams: those of the wall clock at the beginning, and from then on as many as
 * {@link System#nanoTime} counts. By the wall clock itself nothing would be due any more once that has been set back: no
 * commit, no checkpoint, no tick.
 */
public final class MonotonicTime implements Time {
    /** Less than the group waits for a heartbeat: by so much a clock may be off that is merely adjusted. */
    private static final long OFF_MILLIS = 5_000;

    /** What Kafka's clients wait for has failed within this time of a jump, if by the jump. */
    private static final long AFTERMATH_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final LongSupplier wallClock; // milliseconds
    private final LongSupplier nanos;
    private volatile long beginning; // milliseconds where the nanoseconds are 0
    private volatile OptionalLong setForward = OptionalLong.empty(); // nanoseconds when that was seen last

    public MonotonicTime() {
        this(System::currentTimeMillis, System::nanoTime);
    }

    /**
     * @param wallClock milliseconds
     * @param nanos which never go back
     */
    public MonotonicTime(LongSupplier wallClock, LongSupplier nanos) {
        this.wallClock = wallClock;
        this.nanos = nanos;
        beginning = wallClock.getAsLong() - counted();
    }

    private long counted() {
        return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }

    @Override
    public long milliseconds() {
        return beginning + counted();
    }

    /** Milliseconds by which the wall clock is ahead; negative once that has been set back. */
    public long wallClockAhead() {
        return wallClock.getAsLong() - milliseconds();
    }

    /** Whether the wall clock has been set back, so that Kafka's clients, who wait by it, are to be made anew. */
    public boolean isSetBack() {
        return wallClockAhead() < -OFF_MILLIS;
    }

    /** Whether the wall clock is set forward by more than it may be off. */
    boolean isSetForward() {
        return wallClockAhead() > OFF_MILLIS;
    }

    /** Whether the wall clock has been set forward of late, so that what Kafka's clients wait for may have ended early. */
    public boolean hasBeenSetForward() {
        return isSetForward() || hasSeenSetForward(); // in this order: who catches up remembers it first
    }

    private boolean hasSeenSetForward() {
        OptionalLong seen = setForward;
        return seen.isPresent() && nanos.getAsLong() - seen.getAsLong() < AFTERMATH_NANOS;
    }

    /** Goes on from the wall clock where that is ahead: it was set forward, or the machine slept. On one thread. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    public void catchUp() {
        if (isSetForward()) {
            setForward = OptionalLong.of(nanos.getAsLong());
        }
        beginning += Math.max(0, wallClockAhead());
    }

    @Override
    public long nanoseconds() {
        return nanos.getAsLong();
    }

    @Override
    public void sleep(long millis) {
        Time.SYSTEM.sleep(millis);
    }

    @Override
    public void waitObject(Object monitor, Supplier<Boolean> condition, long deadline) throws InterruptedException {
        synchronized (monitor) {
            while (!condition.get()) {
                long left = deadline - milliseconds();
                if (left <= 0) {
                    throw new TimeoutException("what was waited for has not come in time");
                }
                monitor.wait(left);
            }
        }
    }
}
