package io.sparsestream.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/** Records of float32, as they stand on a topic. */
final class Float32 {
    private Float32() {}

    /** @param values [records × width] */
    static List<byte[]> records(double[] values, int width) {
        return IntStream.range(0, values.length / width)
                .mapToObj(record -> {
                    ByteBuffer value = ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                    for (int i = 0; i < width; i++) {
                        value.putFloat((float) values[record * width + i]);
                    }
                    return value.array();
                })
                .toList();
    }

    /** Those that tell a trainer what the records are. */
    static List<String> options(int width) {
        return List.of("--input-format", "float32", "--inputs", String.valueOf(width));
    }
}
