package io.sparsestream.model;

import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.Json;
import io.sparsestream.numpy.NpyHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's npz: a zip of npy files (NumPy Enhancement Proposal 1). The metadata, for which the format has no place, are an
 * array of one string, JSON.
 */
final class Npz {
    private static final String ENDING = ".npy";
    private static final String METADATA = "metadata";
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
        NpyHeader.of(type, shape).write(zip);
        zip.write(data);
        zip.closeEntry();
    }

    static Content decode(byte[] bytes) throws IOException {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        long room = room();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.getName().endsWith(ENDING)) {
                    continue;
                }
                String name = entry.getName().substring(0, entry.getName().length() - ENDING.length());
                NpyHeader header = readHeader(name, zip);
                if (header.fortran() || header.order() != ByteOrder.LITTLE_ENDIAN) {
                    continue; // of another kind, which no model has
                }
                byte[] bytesOfArray = zip.readNBytes((int) Math.min(room + 1, Integer.MAX_VALUE - 8));
                room -= bytesOfArray.length;
                if (room < 0) {
                    throw new IllegalArgumentException(
                            "its arrays do not fit into memory, where there is room for " + room() + " bytes");
                }
                ByteBuffer array = ByteBuffer.wrap(bytesOfArray).order(ByteOrder.LITTLE_ENDIAN);
                if (header.type().equals("f4")) {
                    float[] values = new float[array.remaining() / Float.BYTES];
                    array.asFloatBuffer().get(values);
                    tensors.put(name, values);
                } else if (name.equals(METADATA) && header.type().startsWith("U")) {
                    Map<?, ?> texts = Json.read(UTF_32.decode(array).toString(), Map.class);
                    texts.forEach((key, text) -> metadata.put(key.toString(), String.valueOf(text)));
                }
            }
        }
        return new Content(tensors, metadata);
    }

    /** For the arrays: they are read in pieces, put together, and become numbers; and the file is there, too. */
    private static long room() {
        return Runtime.getRuntime().maxMemory() / 4;
    }

    private static NpyHeader readHeader(String name, ZipInputStream zip) throws ZipException {
        try {
            return NpyHeader.read(zip);
        } catch (ZipException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalArgumentException(name + " is no npy array", e);
        }
    }
}
