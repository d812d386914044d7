package io.sparsestream.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Gives readers what may come from outside: they say what it is, or in one line why it is nothing, take no more memory than
 * its length allows, and soon end.
 */
public final class Outside {
    private static final int LONGEST_REASON = 600;

    /** What a reader may allocate, however short its input is: classes that it loads, and buffers of libraries. */
    private static final long BYTES = 32 << 20;

    private static final long NANOS = TimeUnit.SECONDS.toNanos(5); // of the processor, which others may be using
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Outside() {}

    /** A reader at work. */
    public interface Reading<T> {
        T read() throws Exception;
    }

    /**
     * What is read.
     *
     * @param most bytes that may be allocated besides
     * @param refusals what the reader throws, by its documentation: these very classes
     * @return empty if it is refused
     */
    public static <T> Optional<T> read(long most, Reading<T> reading, List<Class<? extends Exception>> refusals) {
        long allocated = allocated();
        long started = THREADS.getCurrentThreadCpuTime();
        Optional<T> found = once(reading, refusals);
        if (allocated() - allocated >= BYTES + most || THREADS.getCurrentThreadCpuTime() - started >= NANOS) {
            // Once more, when all classes have been loaded, which is not for nothing.
            allocated = allocated();
            started = THREADS.getCurrentThreadCpuTime();
            found = once(reading, refusals);
            assertThat(THREADS.getCurrentThreadCpuTime() - started)
                    .as("nanoseconds")
                    .isLessThan(NANOS);
            assertThat(allocated() - allocated).as("bytes").isLessThan(BYTES + most);
        }
        return found;
    }

    private static <T> Optional<T> once(Reading<T> reading, List<Class<? extends Exception>> refusals) {
        try {
            return Optional.of(reading.read());
        } catch (Exception e) {
            if (!refusals.contains(e.getClass())) {
                fail("not one of the refusals " + refusals, e);
            }
            assertIsOneLine(e.getMessage());
            return Optional.empty();
        }
    }

    /** Whether a reason is one for people. */
    public static void assertIsOneLine(String text) {
        assertThat(text)
                .isNotBlank()
                .hasSizeLessThan(LONGEST_REASON)
                .doesNotContainPattern("\\p{Cntrl}")
                .doesNotEndWith(": null");
    }

    /** Bytes of this thread, ever. */
    public static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }
}
