package io.sparsestream.watch;

import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * An image as it stands on its topic.
 *
 * @param greys uint8, row-major [rows × columns]
 */
public record OriginalImage(int rows, int columns, byte[] greys) {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,9})x(\\d{1,9})");

    static OriginalImage of(ConsumerRecord<byte[], byte[]> record) {
        byte[] greys = record.value();
        String told = HeaderName.text(record.headers(), HeaderName.SHAPE);
        String shape = told == null ? ImageDecoder.shape(greys.length) : told;
        int rows = rows(shape, greys.length);
        return new OriginalImage(rows, greys.length / rows, greys);
    }

    /** Of a shape like {@code 28x28}; 1 if it is none of so many pixels. */
    static int rows(String shape, int pixels) {
        Matcher matcher = SHAPE.matcher(shape);
        int rows = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 1;
        return rows > 0 && pixels % rows == 0 ? rows : 1;
    }
}
