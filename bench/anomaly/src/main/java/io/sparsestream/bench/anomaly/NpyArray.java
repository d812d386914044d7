package io.sparsestream.bench.anomaly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array as NumPy saves it (NumPy Enhancement Proposal 1).
 *
 * @param shape the length of each dimension; the last one changes fastest
 * @param values all numbers, whatever type they have in the file
 */
record NpyArray(List<Integer> shape, double[] values) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int VERSION = MAGIC.length;
    private static final Pattern HEADER = Pattern.compile(
            "\\{'descr': '([<>|=]?)([a-z]\\d+)', 'fortran_order': (True|False), 'shape': \\(([\\d, ]*)\\),? *\\}\\s*");

    /**
     * Reads one.
     *
     * @param name in messages
     * @throws IOException if it is none of numbers
     */
    static NpyArray read(String name, byte[] file) throws IOException {
        if (file.length < VERSION + 4 || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IOException(name + ": not an npy file");
        }
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        boolean isShort = file[VERSION] == 1; // its header's length has 2 bytes, in later versions 4
        bytes.position(VERSION + 2);
        int length = isShort ? Short.toUnsignedInt(bytes.getShort()) : bytes.getInt();
        String header = new String(file, bytes.position(), length, StandardCharsets.UTF_8);
        Matcher matcher = HEADER.matcher(header);
        if (!matcher.matches()) {
            throw new IOException(name + ": unknown npy header " + header.strip());
        }
        bytes.position(bytes.position() + length);
        bytes.order(matcher.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        List<Integer> shape = Arrays.stream(matcher.group(4).split(","))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(Integer::valueOf)
                .toList();
        double[] values = new double[shape.stream().reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(name, matcher.group(2), bytes);
        }
        boolean isByColumns = matcher.group(3).equals("True") && shape.size() > 1;
        return new NpyArray(shape, isByColumns ? byRows(name, shape, values) : values);
    }

    private static double number(String name, String type, ByteBuffer from) throws IOException {
        return switch (type) {
            case "f4" -> from.getFloat();
            case "f8" -> from.getDouble();
            case "i1" -> from.get();
            case "i2" -> from.getShort();
            case "i4" -> from.getInt();
            case "i8" -> from.getLong();
            case "b1", "u1" -> Byte.toUnsignedInt(from.get());
            case "u2" -> Short.toUnsignedInt(from.getShort());
            case "u4" -> Integer.toUnsignedLong(from.getInt());
            default -> throw new IOException(name + ": cannot read numbers of type " + type);
        };
    }

    private static double[] byRows(String name, List<Integer> shape, double[] byColumns) throws IOException {
        if (shape.size() != 2) {
            throw new IOException(name + ": an array in Fortran's order must have two dimensions, not " + shape);
        }
        int rows = shape.get(0);
        int columns = shape.get(1);
        double[] values = new double[byColumns.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                values[row * columns + column] = byColumns[column * rows + row];
            }
        }
        return values;
    }
}
