package io.sparsestream.message;

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
    public static final String SOURCE = "source";
    public static final String IMAGE_TIMESTAMP = "image-timestamp";
    public static final String REASON = "reason";
    public static final String SOURCE_TOPIC = "source-topic";
    public static final String SOURCE_PARTITION = "source-partition";
    public static final String SOURCE_OFFSET = "source-offset";

    private HeaderName() {}

    /** Where a record stands, as the header {@link #SOURCE} tells it: {@code topic-partition@offset}. */
    public static String source(String topic, int partition, long offset) {
        return topic + "-" + partition + "@" + offset;
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A fraction as text with at most seven decimals, without exponent: Float.toString would take as long as the rest of
     * a record's headers.
     *
     * @param value from 0 to below 10
     */
    public static byte[] decimal(double value) {
        long digits = Math.round(value * 1e7);
        int length = 9;
        while (length > 3 && digits % 10 == 0) {
            digits /= 10;
            length--;
        }
        byte[] text = new byte[length];
        for (int i = length - 1; i >= 0; i--) {
            if (i == 1) {
                text[i] = '.';
            } else {
                text[i] = (byte) ('0' + digits % 10);
                digits /= 10;
            }
        }
        return text;
    }

    /** The last header of that name as text, or null if there is none or it has no value. */
    public static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
