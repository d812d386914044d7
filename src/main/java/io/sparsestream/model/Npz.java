package io.sparsestream.model;

import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's npz: a zip of npy files (NumPy Enhancement Proposal 1). The metadata, for which the format has no place, are an
 * array of one string, JSON.
 */
final class Npz {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int MAJOR = 6; // where the magic has the version
    private static final int ALIGNMENT = 64;
    private static final String ENDING = ".npy";
    private static final String METADATA = "metadata";
    private static final Pattern HEADER =
            Pattern.compile("\\{'descr': '<(f4|U\\d+)', 'fortran_order': False, 'shape': \\([\\d, ]*\\), \\}\\s*");

    /** NumPy's strings are UTF-32. */
    private static final Charset UTF_32 = Charset.forName("UTF-32LE");

    /** The first moment that a zip can name: a model's file depends on the model alone. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private Npz() {}

    static byte[] encode(List<Tensor> all, Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Tensor tensor : all) {
                float[] values = content.tensors().get(tensor.name());
                write(zip, tensor.name(), "f4", tensor.shape(), Dtype.FLOAT32.encode(values, 0, values.length));
            }
            byte[] text = Json.text(content.metadata()).getBytes(UTF_32);
            write(zip, METADATA, "U" + text.length / Integer.BYTES, List.of(), text);
        }
        return bytes.toByteArray();
    }

    private static void write(ZipOutputStream zip, String name, String type, List<Integer> shape, byte[] data)
            throws IOException {
        ZipEntry entry = new ZipEntry(name + ENDING);
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        // A tuple of one number needs a comma in Python, one of more may have it.
        String tuple = shape.stream().map(size -> size + ", ").collect(Collectors.joining());
        writeHeader(zip, "{'descr': '<" + type + "', 'fortran_order': False, 'shape': (" + tuple + "), }");
        zip.write(data);
        zip.closeEntry();
    }

    /** Padded with spaces and ended by a newline, so that the data begin at a multiple of 64. */
    private static void writeHeader(OutputStream out, String header) throws IOException {
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

    static Content decode(byte[] bytes) throws IOException {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] file = zip.readAllBytes();
                if (!entry.getName().endsWith(ENDING)) {
                    continue;
                }
                String name = entry.getName().substring(0, entry.getName().length() - ENDING.length());
                ByteBuffer array = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
                Matcher header = HEADER.matcher(readHeader(name, array));
                if (!header.matches()) {
                    continue; // of another type, which no model needs
                }
                if (header.group(1).equals("f4")) {
                    float[] values = new float[array.remaining() / Float.BYTES];
                    array.asFloatBuffer().get(values);
                    tensors.put(name, values);
                } else if (name.equals(METADATA)) {
                    Map<?, ?> texts = Json.read(UTF_32.decode(array).toString(), Map.class);
                    texts.forEach((key, text) -> metadata.put(key.toString(), String.valueOf(text)));
                }
            }
        }
        return new Content(tensors, metadata);
    }

    /** Leaves the array at its data, and returns what is said about them. */
    private static String readHeader(String name, ByteBuffer array) {
        byte[] magic = new byte[MAGIC.length];
        int length = -1;
        if (array.remaining() >= MAGIC.length + Integer.BYTES) {
            array.get(magic);
            // From version 2.0 on, which NumPy takes for what 1.0 has no room for, the length is an int.
            length = magic[MAJOR] == 1 ? Short.toUnsignedInt(array.getShort()) : array.getInt();
            magic[MAJOR] = 1;
        }
        if (length < 0 || length > array.remaining() || !Arrays.equals(magic, MAGIC)) {
            throw new IllegalArgumentException(name + " is no npy array");
        }
        byte[] header = new byte[length];
        array.get(header);
        return new String(header, StandardCharsets.US_ASCII);
    }
}
