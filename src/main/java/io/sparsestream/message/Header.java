package io.sparsestream.message;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/** Names of the record headers; every value is UTF-8 text. */
public final class Header {
    public static final String LABEL = "label";
    public static final String EPOCH = "epoch";
    public static final String SHAPE = "shape";
    public static final String DTYPE = "dtype";
    public static final String MODEL = "model";
    public static final String STEP = "step";
    public static final String MSE = "mse";
    public static final String SOURCE = "source";
    public static final String REASON = "reason";
    public static final String SOURCE_TOPIC = "source-topic";
    public static final String SOURCE_PARTITION = "source-partition";
    public static final String SOURCE_OFFSET = "source-offset";

    private Header() {}

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The last header of that name as text, or null if there is none or it has no value. */
    public static String text(Headers headers, String name) {
        org.apache.kafka.common.header.Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
