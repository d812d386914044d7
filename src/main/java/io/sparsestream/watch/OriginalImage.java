package io.sparsestream.watch;

import io.sparsestream.message.Dtype;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import java.util.Optional;
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

    /** Empty if the record is no picture. */
    static Optional<OriginalImage> of(ConsumerRecord<byte[], byte[]> record) {
        int pixels;
        try {
            pixels = ImageDecoder.inputs(record.value(), record.headers(), InputFormat.AUTO);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        String told = HeaderName.text(record.headers(), HeaderName.SHAPE);
        int rows = rows(told == null ? ImageDecoder.shape(pixels) : told, pixels);
        return greys(record, pixels).map(greys -> new OriginalImage(rows, pixels / rows, greys));
    }

    /** The pixels of a record as uint8, whatever it says that they are; empty if it has not so many. */
    static Optional<byte[]> greys(ConsumerRecord<byte[], byte[]> record, int pixels) {
        ImageDecoder decoder = new ImageDecoder(pixels, InputFormat.AUTO);
        if (decoder.problem(record.key(), record.value(), record.headers()) != null) {
            return Optional.empty();
        }
        byte[] numbers = decoder.numbers(record.value(), record.headers());
        Dtype dtype = Dtype.of(numbers, pixels);
        if (dtype == Dtype.UINT8) {
            return Optional.of(numbers);
        }
        float[] values = new float[pixels];
        for (int j = 0; j < pixels; j++) {
            values[j] = dtype.number(numbers, j);
        }
        return Optional.of(Dtype.UINT8.encode(values, 0, pixels));
    }

    /** Of a shape like {@code 28x28}; 1 if it is none of so many pixels. */
    static int rows(String shape, int pixels) {
        Matcher matcher = SHAPE.matcher(shape);
        int rows = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 1;
        return rows > 0 && pixels % rows == 0 ? rows : 1;
    }
}
