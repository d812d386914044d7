package io.sparsestream.message;

import io.sparsestream.learn.MiniBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Tells images from records that are none. Not thread-safe: it remembers the last good shape and the labels, so as not to
 * parse them.
 */
public final class ImageDecoder {
    private static final byte[] UINT8 = io.sparsestream.message.HeaderName.utf8("uint8");
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,9})x(\\d{1,9})");
    private static final int QUOTED = 40;

    /** Key and label go into the reconstruction's record, which must not outgrow what its topic takes. */
    private static final int MAX_KEY_BYTES = 4096;

    private static final int MAX_LABEL_BYTES = 256;

    private final int pixels;
    private final byte[] defaultShape;
    private final RecurringText labels = new RecurringText();
    private byte[] lastShape;

    /** @param pixels of every image */
    public ImageDecoder(int pixels) {
        this.pixels = pixels;
        int side = (int) Math.round(Math.sqrt(pixels));
        defaultShape =
                io.sparsestream.message.HeaderName.utf8(side * side == pixels ? side + "x" + side : "1x" + pixels);
        lastShape = defaultShape;
    }

    /** Why a record is not an image of this many uint8 pixels; null if it is one. Key and headers may be missing. */
    public String problem(byte[] key, byte[] value, Headers headers) {
        if (value == null) {
            return "no value";
        }
        Header dtype = headers.lastHeader(io.sparsestream.message.HeaderName.DTYPE);
        if (dtype != null && !Arrays.equals(dtype.value(), UINT8)) {
            return "dtype is " + quote(dtype.value()) + ", not uint8";
        }
        Header shape = headers.lastHeader(io.sparsestream.message.HeaderName.SHAPE);
        if (shape != null && !fits(shape.value())) {
            return "shape " + quote(shape.value()) + " is not of " + pixels + " pixels";
        }
        if (value.length != pixels) {
            return "value of " + value.length + " bytes, not " + pixels;
        }
        if (key != null && key.length > MAX_KEY_BYTES) {
            return "key of " + key.length + " bytes, more than " + MAX_KEY_BYTES;
        }
        Header label = headers.lastHeader(io.sparsestream.message.HeaderName.LABEL);
        if (label != null && label.value() != null && label.value().length > MAX_LABEL_BYTES) {
            return "label of " + label.value().length + " bytes, more than " + MAX_LABEL_BYTES;
        }
        return null;
    }

    /** The text in the image's label header, or {@link MiniBatch#UNLABELLED} where there is none. */
    public String label(Headers headers) {
        Header label = headers.lastHeader(io.sparsestream.message.HeaderName.LABEL);
        return label == null || label.value() == null ? MiniBatch.UNLABELLED : labels.decode(label.value());
    }

    /** Of every image. */
    public int pixels() {
        return pixels;
    }

    /** The shape of an image that names none: a square where the number of pixels allows it. */
    public byte[] defaultShape() {
        return defaultShape;
    }

    private boolean fits(byte[] shape) {
        if (Arrays.equals(shape, lastShape)) {
            return true;
        }
        if (shape == null) {
            return false;
        }
        Matcher matcher = SHAPE.matcher(new String(shape, StandardCharsets.UTF_8));
        if (matcher.matches() && Long.parseLong(matcher.group(1)) * Long.parseLong(matcher.group(2)) == pixels) {
            lastShape = shape;
            return true;
        }
        return false;
    }

    private static String quote(byte[] value) {
        if (value == null) {
            return "null";
        }
        String text = new String(value, 0, Math.min(value.length, QUOTED), StandardCharsets.UTF_8);
        return "'" + text.replaceAll("\\p{Cntrl}", "?") + (value.length > QUOTED ? "…'" : "'");
    }
}
