package io.sparsestream.numpy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an npy file says of its array (NumPy Enhancement Proposal 1).
 *
 * @param type kind and size, such as {@code f4}, {@code i8} or {@code U12}; of records and whatever else is no plain array, as Python
 *     writes it
 * @param order of the bytes of a number
 * @param fortran whether the first dimension is the fastest; else the last one is
 * @param shape none for a single value
 */
public record NpyHeader(String type, ByteOrder order, boolean fortran, List<Long> shape) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int MAJOR = 6; // where the magic has the version
    private static final int ALIGNMENT = 64;
    private static final Pattern PLAIN = Pattern.compile("'([<>|=]?)([a-zA-Z]\\d+)'");
    private static final int LONGEST = 1 << 16; // NumPy itself reads no more than 10,000 bytes
    private static final int LONGEST_TYPE = 200; // of what is no plain array, for messages
    private static final int MOST_DIMENSIONS = 64; // of NumPy
    private static final Pattern SIZE = Pattern.compile("\\d{1,18}");

    /** Without repeated groups, for which Java's patterns need a stack as deep as the text is long. */
    private static final Pattern HEADER =
            Pattern.compile("\\{'descr': (.+), 'fortran_order': (True|False), 'shape': \\(([\\dL, ]*)\\)[, ]*}\\s*");

    public NpyHeader {
        shape = List.copyOf(shape);
    }

    /** Little-endian, the last dimension the fastest. */
    public static NpyHeader of(String type, List<Integer> shape) {
        return new NpyHeader(
                type,
                ByteOrder.LITTLE_ENDIAN,
                false,
                shape.stream().map(Integer::longValue).toList());
    }

    /**
     * Leaves the stream at the array's values.
     *
     * @throws IOException if that is no such header
     */
    public static NpyHeader read(InputStream in) throws IOException {
        byte[] magic = in.readNBytes(MAGIC.length);
        boolean first = magic.length == MAGIC.length && magic[MAJOR] == 1;
        if (magic.length == MAGIC.length) {
            magic[MAJOR] = 1;
        }
        // From version 2.0 on, which NumPy takes for what 1.0 has no room for, the length is an int.
        byte[] length = in.readNBytes(first ? Short.BYTES : Integer.BYTES);
        if (!Arrays.equals(magic, MAGIC) || length.length < (first ? Short.BYTES : Integer.BYTES)) {
            throw new IOException("no npy array");
        }
        ByteBuffer buffer = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN);
        int bytes = first ? Short.toUnsignedInt(buffer.getShort()) : buffer.getInt();
        if (bytes < 0 || bytes > LONGEST) {
            throw new IOException("no npy array");
        }
        byte[] text = in.readNBytes(bytes);
        if (text.length < bytes) {
            throw new EOFException("truncated inside its header");
        }
        return parse(new String(text, StandardCharsets.ISO_8859_1));
    }

    private static NpyHeader parse(String text) throws IOException {
        Matcher header = HEADER.matcher(text);
        if (!header.matches()) {
            throw new IOException("a header that is not of an npy array");
        }
        List<String> sizes = Stream.of(header.group(3).split(","))
                .map(size -> size.strip().replace("L", "")) // of Python 2
                .filter(size -> !size.isEmpty())
                .toList();
        if (sizes.size() > MOST_DIMENSIONS || !sizes.stream().allMatch(SIZE.asMatchPredicate())) {
            throw new IOException("a header whose shape is not of an npy array");
        }
        Matcher plain = PLAIN.matcher(header.group(1));
        boolean isPlain = plain.matches();
        return new NpyHeader(
                isPlain ? plain.group(2) : cut(header.group(1)),
                isPlain && plain.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                header.group(2).equals("True"),
                sizes.stream().map(Long::valueOf).toList());
    }

    private static String cut(String type) {
        return type.length() > LONGEST_TYPE ? type.substring(0, LONGEST_TYPE) : type;
    }

    /** Padded with spaces and ended by a newline, so that the values begin at a multiple of 64. */
    public void write(OutputStream out) throws IOException {
        // A tuple of one number needs a comma in Python, one of more may have it.
        String tuple = shape.stream().map(size -> size + ", ").collect(Collectors.joining());
        String header = "{'descr': '" + (order == ByteOrder.BIG_ENDIAN ? ">" : "<") + type + "', 'fortran_order': "
                + (fortran ? "True" : "False") + ", 'shape': (" + tuple + "), }";
        int before = MAGIC.length + Short.BYTES;
        int end = (before + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        out.write(MAGIC);
        out.write(ByteBuffer.allocate(Short.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) (end - before))
                .array());
        String padding = " ".repeat(end - before - header.length() - 1);
        out.write((header + padding + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
