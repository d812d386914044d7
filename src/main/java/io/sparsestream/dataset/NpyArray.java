package io.sparsestream.dataset;

import io.sparsestream.numpy.NpyHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * An array of NumPy's in memory, its bytes as they came.
 *
 * @param name the file and the array, for messages
 */
record NpyArray(String name, NpyHeader header, int size, ByteBuffer bytes) {
    /** NumPy's texts are UTF-32. */
    private static final Charset UTF_32 = Charset.forName("UTF-32LE");

    private static final Charset UTF_32_BIG = Charset.forName("UTF-32BE");
    private static final double EXACT = 0x1p53; // up to which a double has every whole number

    static NpyHeader header(String name, InputStream in) throws DatasetException {
        try {
            return NpyHeader.read(in);
        } catch (IOException e) {
            throw new DatasetException(name + ": not an npy array: " + DatasetException.why(e), e);
        }
    }

    /** @throws DatasetException if it is none, truncated, or of values that are neither numbers nor texts */
    static NpyArray read(String name, InputStream in) throws DatasetException {
        NpyHeader header = header(name, in);
        int width = bytesOfValue(name, header.type());
        long values = 1;
        boolean fits = true;
        for (long size : header.shape()) {
            fits &= size == 0 || values <= Integer.MAX_VALUE / size;
            values = fits ? values * size : 0;
        }
        if (!fits || values * width > Integer.MAX_VALUE - Long.BYTES) {
            throw new DatasetException(name + ": is larger than the 2 GiB that can be read at once: split it");
        }
        try {
            int expected = (int) (values * width);
            byte[] bytes = new Room().read(name, in, expected);
            if (bytes.length < expected) {
                throw new DatasetException(
                        name + ": truncated: its header promises " + expected + " bytes, found " + bytes.length);
            }
            return new NpyArray(
                    name, header, (int) values, ByteBuffer.wrap(bytes).order(header.order()));
        } catch (DatasetException e) {
            throw e;
        } catch (IOException e) {
            throw DatasetException.unreadable(name, e);
        }
    }

    private static int bytesOfValue(String name, String type) throws DatasetException {
        return switch (type) {
            case "b1", "i1", "u1" -> 1;
            case "i2", "u2" -> Short.BYTES;
            case "i4", "u4", "f4" -> Integer.BYTES;
            case "i8", "u8", "f8" -> Long.BYTES;
            default -> {
                if (!type.matches("[US]\\d{1,6}")) {
                    String told = type.substring(0, Math.min(40, type.length()));
                    throw new DatasetException(name + ": values of the type " + told
                            + " cannot be read: convert them, such as by array.astype('float32')");
                }
                yield Integer.parseInt(type.substring(1)) * (type.startsWith("U") ? Integer.BYTES : 1);
            }
        };
    }

    boolean isText() {
        return header.type().startsWith("U") || header.type().startsWith("S");
    }

    /** As records along the first dimension, each with so many numbers in the order of the other dimensions. */
    Samples.Numbers records(int width) {
        if (!header.fortran()) {
            return (sample, column) -> number(sample * width + column);
        }
        int[] places = new int[width]; // of the numbers of the first record
        for (int column = 0; column < width; column++) {
            int rest = column;
            int stride = size;
            for (int dimension = header.shape().size() - 1; dimension > 0; dimension--) {
                int length = Math.toIntExact(header.shape().get(dimension));
                stride /= length;
                places[column] += rest % length * stride;
                rest /= length;
            }
        }
        return (sample, column) -> number(places[column] + sample);
    }

    /** The value at a place in the file. */
    private double number(int place) {
        return switch (header.type()) {
            case "b1", "u1" -> Byte.toUnsignedInt(bytes.get(place));
            case "i1" -> bytes.get(place);
            case "i2" -> bytes.getShort(place * Short.BYTES);
            case "u2" -> Short.toUnsignedInt(bytes.getShort(place * Short.BYTES));
            case "i4" -> bytes.getInt(place * Integer.BYTES);
            case "u4" -> Integer.toUnsignedLong(bytes.getInt(place * Integer.BYTES));
            case "f4" -> bytes.getFloat(place * Float.BYTES);
            case "i8" -> bytes.getLong(place * Long.BYTES);
            case "u8" -> unsigned(bytes.getLong(place * Long.BYTES));
            case "f8" -> bytes.getDouble(place * Double.BYTES);
            default -> throw new IllegalStateException("no numbers: " + header.type());
        };
    }

    private static double unsigned(long bits) {
        return bits >= 0 ? bits : (double) (bits >>> 1) * 2;
    }

    /** The value as a label. */
    String label(int place) {
        if (!isText()) {
            if (header.type().equals("b1")) {
                return bytes.get(place) == 0 ? "false" : "true";
            }
            return text(number(place));
        }
        int width = bytes.capacity() / size;
        boolean isUnicode = header.type().startsWith("U");
        Charset charset =
                !isUnicode ? StandardCharsets.ISO_8859_1 : header.order() == ByteOrder.BIG_ENDIAN ? UTF_32_BIG : UTF_32;
        String padded = new String(bytes.array(), place * width, width, charset);
        int end = padded.length();
        while (end > 0 && padded.charAt(end - 1) == '\0') {
            end--;
        }
        return padded.substring(0, end);
    }

    /** A number without the point that a whole one needs not. */
    private static String text(double number) {
        return number == Math.rint(number) && Math.abs(number) <= EXACT
                ? Long.toString((long) number)
                : Double.toString(number);
    }
}
