package io.sparsestream.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.message.InputFormat.Kind;
import io.sparsestream.message.InputFormat.Label;
import io.sparsestream.message.InputFormat.Missing;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Whatever stands on a topic, its reader says what it is or why it is nothing, in one line and without an exception. Here
 * the seeds alone are read, which are beside the resources; {@code scripts/fuzz} makes others of them.
 */
class RecordFuzzTest {
    private static final int INPUTS = 3;

    /** A record's value, or a header, ends here in {@link #headers}; no UTF-8 has it. */
    private static final byte SEPARATOR = (byte) 0xff;

    private static final int LONGEST_REASON = 600;

    /** What a reader may allocate, however short a value is, and for each of its bytes. */
    private static final long BYTES = 1 << 20;

    private static final long BYTES_EACH = 200;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Headers NONE = new RecordHeaders();

    /** Of each format one that remembers what it has read before, as a task's does. */
    private static final Map<InputFormat, ImageDecoder> USED = new HashMap<>();

    @FuzzTest
    void uint8(byte[] value) {
        read(InputFormat.of(Kind.UINT8), null, value, NONE);
    }

    @FuzzTest
    void float32(byte[] value) {
        read(InputFormat.of(Kind.FLOAT32), null, value, NONE);
        read(missing(Kind.FLOAT32), null, value, NONE);
    }

    @FuzzTest
    void float64(byte[] value) {
        read(InputFormat.of(Kind.FLOAT64), null, value, NONE);
        read(missing(Kind.FLOAT64), null, value, NONE);
    }

    @FuzzTest
    void json(byte[] value) {
        read(InputFormat.of(Kind.JSON), null, value, NONE);
        read(missing(Kind.JSON), null, value, NONE);
        List<String> fields = List.of("a", "b.c", "b.d");
        read(new InputFormat(Kind.JSON, fields, new Label.InField("l"), Missing.REFUSED), null, value, NONE);
        read(new InputFormat(Kind.JSON, fields, new Label.InField("b.l"), Missing.MEAN), null, value, NONE);
    }

    @FuzzTest
    void csv(byte[] value) {
        read(InputFormat.of(Kind.CSV), null, value, NONE);
        read(missing(Kind.CSV), null, value, NONE);
        List<String> fields = List.of("3", "1", "4");
        read(new InputFormat(Kind.CSV, fields, new Label.InField("2"), Missing.REFUSED), null, value, NONE);
        read(new InputFormat(Kind.CSV, List.of(), new Label.InField("1"), Missing.MEAN), null, value, NONE);
    }

    /** Key, {@code dtype}, {@code shape} and label of a record stand before its value; one that is missing is empty. */
    @FuzzTest
    void headers(byte[] record) {
        byte[][] parts = new byte[4][];
        int next = 0;
        for (int i = 0; i < parts.length; i++) {
            int end = next;
            while (end < record.length && record[end] != SEPARATOR) {
                end++;
            }
            parts[i] = end > next ? Arrays.copyOfRange(record, next, end) : null;
            next = Math.min(record.length, end + 1);
        }
        byte[] value = Arrays.copyOfRange(record, next, record.length);
        RecordHeaders headers = new RecordHeaders();
        List<String> names = List.of(HeaderName.DTYPE, HeaderName.SHAPE, HeaderName.LABEL);
        for (int i = 0; i < names.size(); i++) {
            if (parts[i + 1] != null) {
                headers.add(names.get(i), parts[i + 1]);
            }
        }
        read(InputFormat.AUTO, parts[0], value, headers);
        read(new InputFormat(Kind.AUTO, List.of(), new Label.InKey(), Missing.REFUSED), parts[0], value, headers);
        read(new InputFormat(Kind.JSON, List.of(), new Label.InKey(), Missing.REFUSED), parts[0], value, headers);
    }

    @FuzzTest
    void control(byte[] value) {
        try {
            Control control = understood(value);
            assertThat(Control.read(Json.write(control))).isEqualTo(control);
            assertIsOneLine(control.text());
            long before = allocated();
            understood(value);
            assertIsLittle(allocated() - before, value);
        } catch (IllegalArgumentException e) {
            assertIsOneLine(e.getMessage());
        }
    }

    private static Control understood(byte[] value) {
        Control control = Control.read(value);
        if (control.command() == Control.Command.SET) {
            Hyperparameters.SPARSE.with(control.hyperparameters());
        }
        return control;
    }

    private static InputFormat missing(Kind kind) {
        return new InputFormat(kind, List.of(), new Label.InHeader(), Missing.MEAN);
    }

    private static void read(InputFormat format, byte[] key, byte[] value, Headers headers) {
        ImageDecoder fresh = new ImageDecoder(INPUTS, format);
        Reason problem = fresh.problem(key, value, headers);
        byte[] numbers = problem == null ? fresh.numbers(value, headers) : null;
        String label = problem == null ? fresh.label(key, value, headers) : null;
        if (problem == null) {
            assertAreNumbers(numbers, format.missing() == Missing.MEAN);
        } else {
            assertIsOneLine(problem.text());
        }

        // Once more, when all classes have been loaded, which is not for nothing.
        ImageDecoder used = USED.computeIfAbsent(format, each -> new ImageDecoder(INPUTS, each));
        byte[] again = value.clone();
        long before = allocated();
        Reason sameProblem = used.problem(key, again, headers);
        byte[] sameNumbers = sameProblem == null ? used.numbers(again, headers) : null;
        String sameLabel = sameProblem == null ? used.label(key, again, headers) : null;
        assertIsLittle(allocated() - before, value);
        assertThat(sameProblem).isEqualTo(problem);
        assertThat(sameNumbers).isEqualTo(numbers);
        assertThat(sameLabel).isEqualTo(label);
        assertCountFits(format, value, headers, problem == null);
    }

    private static void assertAreNumbers(byte[] numbers, boolean mayMiss) {
        Dtype dtype = Dtype.of(numbers, INPUTS);
        for (int i = 0; i < INPUTS; i++) {
            float number = dtype.number(numbers, i);
            assertThat(Float.isFinite(number) || mayMiss && Float.isNaN(number)).isTrue();
        }
    }

    /** Whoever asks how many numbers a record has hears of as many as are read. */
    private static void assertCountFits(InputFormat format, byte[] value, Headers headers, boolean fits) {
        try {
            int count = ImageDecoder.inputs(value, headers, format);
            assertThat(count).isPositive();
            if (fits) {
                assertThat(count).isEqualTo(INPUTS);
            }
        } catch (IllegalArgumentException e) {
            assertIsOneLine(e.getMessage());
            assertThat(fits).as(e.getMessage()).isFalse();
        }
    }

    private static void assertIsLittle(long allocated, byte[] value) {
        assertThat(allocated).isLessThan(BYTES + BYTES_EACH * value.length);
    }

    private static void assertIsOneLine(String text) {
        assertThat(text).isNotBlank().hasSizeLessThan(LONGEST_REASON).doesNotContainPattern("\\p{Cntrl}");
    }

    /** Bytes of this thread, ever. */
    private static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }
}
