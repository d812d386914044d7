package io.sparsestream.message;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Names of the record headers; every value is UTF-8 text. */
public final class HeaderName {
    public static final String LABEL = "label";
    public static final String EPOCH = "epoch";
    public static final String SHAPE = "shape";
    public static final String DTYPE = "dtype";
    public static final String MODEL = "model";
    public static final String MODEL_KEY = "model-key";
    public static final String STEP = "step";
    public static final String MSE = "mse";
    public static final String ANOMALY = "anomaly";
    public static final String ANOMALY_RANK = "anomaly-rank";
    public static final String SOURCE = "source";
    public static final String IMAGE_TIMESTAMP = "image-timestamp";
    public static final String REASON = "reason";
    public static final String SOURCE_TOPIC = "source-topic";
    public static final String SOURCE_PARTITION = "source-partition";
    public static final String SOURCE_OFFSET = "source-offset";

    private static final double DECIMALS = 1e7;

    /** Beyond which a number times 10⁷ has digits that a double does not hold. */
    private static final double MOST = 0x1p53;

    private HeaderName() {}

    /** Where a record stands, as the header {@link #SOURCE} tells it: {@code topic-partition@offset}. */
    public static String source(String topic, int partition, long offset) {
        return topic + "-" + partition + "@" + offset;
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A number as text with at most seven decimals, without exponent: Float.toString would take as long as the rest of
     * a record's headers.
     */
    public static byte[] decimal(double value) {
        double scaled = Math.abs(value) * DECIMALS;
        if (!(scaled < MOST)) {
            return utf8(Double.isFinite(value) ? new BigDecimal(value).toPlainString() : Double.toString(value));
        }
        long digits = Math.round(scaled);
        int decimals = 7;
        while (decimals > 1 && digits % 10 == 0) {
            digits /= 10;
            decimals--;
        }
        int sign = value < 0 && digits > 0 ? 1 : 0;
        int length = sign + 1 + Math.max(decimals + 1, digits(digits));
        byte[] text = new byte[length];
        for (int i = length - 1; i >= sign; i--) {
            if (i == length - 1 - decimals) {
                text[i] = '.';
            } else {
                text[i] = (byte) ('0' + digits % 10);
                digits /= 10;
            }
        }
        if (sign == 1) {
            text[0] = '-';
        }
        return text;
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    /** The last header of that name as text, or null if there is none or it has no value. */
    public static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
