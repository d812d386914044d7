package io.sparsestream.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparsestream.learn.Names;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format (Hugging Face, version 0.4): the header's length as a little-endian uint64, the header as JSON,
 * then all arrays, little-endian and row-major, where the header says.
 */
final class Safetensors {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String METADATA = "__metadata__";
    private static final String F32 = "F32";
    private static final int ALIGNMENT = 8;

    private Safetensors() {}

    static byte[] encode(List<Tensor> all, Content content) {
        ObjectNode header = MAPPER.createObjectNode();
        ObjectNode metadata = header.putObject(METADATA);
        content.metadata().forEach(metadata::put);
        int end = 0;
        for (Tensor tensor : all) {
            ObjectNode entry = header.putObject(tensor.name()).put("dtype", F32);
            tensor.shape().forEach(entry.withArray("shape")::add);
            int begin = end;
            end = Math.addExact(begin, Math.multiplyExact(tensor.size(), Float.BYTES));
            entry.withArray("data_offsets").add(begin).add(end);
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        // Spaces behind the header, so that who maps the file into memory finds the arrays aligned.
        int length = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + length + end).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(length).put(json).put(" ".repeat(length - json.length).getBytes(StandardCharsets.UTF_8));
        all.forEach(tensor -> {
            for (float value : content.tensors().get(tensor.name())) {
                file.putFloat(value);
            }
        });
        return file.array();
    }

    static Content decode(byte[] bytes) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long length = file.remaining() < Long.BYTES ? -1 : file.getLong();
        if (length < 0 || length > file.remaining()) {
            throw new IllegalArgumentException("its header is longer than the file");
        }
        JsonNode header = Json.tree(Arrays.copyOfRange(bytes, Long.BYTES, Long.BYTES + (int) length));
        ByteBuffer data = file.position(Long.BYTES + (int) length).slice().order(ByteOrder.LITTLE_ENDIAN);
        Map<String, float[]> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        long left = data.capacity();
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (entry.getKey().equals(METADATA)) {
                entry.getValue()
                        .properties()
                        .forEach(text ->
                                metadata.put(text.getKey(), text.getValue().asText()));
            } else if (entry.getValue().path("dtype").asText().equals(F32)) {
                left = decode(entry.getKey(), entry.getValue(), data, left, tensors);
            }
        }
        return new Content(tensors, metadata);
    }

    /**
     * Adds a tensor.
     *
     * @param left bytes of the file that no tensor before it had: with more, they would lie over one another, and many take
     *     more memory than the file has bytes
     * @return bytes that are left then
     */
    private static long decode(String name, JsonNode entry, ByteBuffer data, long left, Map<String, float[]> tensors) {
        long begin = entry.path("data_offsets").path(0).asLong(-1);
        long end = entry.path("data_offsets").path(1).asLong(-1);
        if (begin < 0 || end < begin || end > data.capacity() || (end - begin) % Float.BYTES != 0) {
            throw new IllegalArgumentException("tensor " + Names.cut(name) + " lies outside of the file");
        }
        if (end - begin > left) {
            throw new IllegalArgumentException("tensor " + Names.cut(name) + " lies over others");
        }
        float[] values = new float[(int) (end - begin) / Float.BYTES];
        data.slice((int) begin, (int) (end - begin))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        tensors.put(name, values);
        return left - (end - begin);
    }
}
