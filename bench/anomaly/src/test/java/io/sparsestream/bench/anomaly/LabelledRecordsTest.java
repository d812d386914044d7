package io.sparsestream.bench.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelledRecordsTest {
    @TempDir
    private Path directory;

    private static byte[] npy(String header, byte[] data) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        byte[] text = (header + "   \n").getBytes(StandardCharsets.US_ASCII);
        file.write(text.length % 256);
        file.write(text.length / 256);
        file.write(text);
        file.write(data);
        return file.toByteArray();
    }

    private Path npz(Map<String, byte[]> arrays) throws IOException {
        Path file = directory.resolve("7_some.npz");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
                zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
                zip.write(array.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }

    private static byte[] labels(int... labels) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(8 * labels.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(labels).forEach(data::putLong);
        return npy("{'descr': '<i8', 'fortran_order': False, 'shape': (" + labels.length + ",), }", data.array());
    }

    /** 1.5, −2 | 3, 4 | 5, −600 | 7, 8 as far as the type has them. */
    private static byte[] table(String type, String order) throws IOException {
        double[] byRows = {1.5, -2, 3, 4, 5, -600, 7, 8};
        double[] byColumns = {1.5, 3, 5, 7, -2, 4, -600, 8};
        ByteBuffer data =
                ByteBuffer.allocate(64).order(type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        for (double value : order.equals("True") ? byColumns : byRows) {
            switch (type.substring(1)) {
                case "f8" -> data.putDouble(value);
                case "f4" -> data.putFloat((float) value);
                case "i8" -> data.putLong((long) value);
                case "i4" -> data.putInt((int) value);
                case "i2" -> data.putShort((short) value);
                default -> throw new AssertionError(type);
            }
        }
        String header = "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': (4, 2), }";
        return npy(header, Arrays.copyOf(data.array(), data.position()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<f8 False", "<f8 True", ">f8 False", "<f4 False", "<i8 False", "<i4 True", "<i2 False"})
    void readsArraysOfAnyType(String kind) throws IOException {
        String[] parts = kind.split(" ");
        Path file = npz(new TreeMap<>(Map.of("X", table(parts[0], parts[1]), "y", labels(0, 1, 0, 0))));
        LabelledRecords records = LabelledRecords.read(file);
        double first = parts[0].contains("f") ? 1.5 : 1;
        assertThat(records.name()).isEqualTo("7_some");
        assertThat(records.width()).isEqualTo(2);
        assertThat(records.values()).containsExactly(first, -2, 3, 4, 5, -600, 7, 8);
        assertThat(records.anomalous()).containsExactly(false, true, false, false);
        assertThat(records.anomalies()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a,b,anomaly\n"})
    void readsCsvWithOrWithoutAHeader(String header) throws IOException {
        Path file = directory.resolve("some.csv");
        Files.writeString(file, header + "1.5,-2e3,0\n3,4,1.0\n5,6,0\n\n");
        LabelledRecords records = LabelledRecords.read(file);
        assertThat(records.values()).containsExactly(1.5, -2000, 3, 4, 5, 6);
        assertThat(records.anomalous()).containsExactly(false, true, false);
    }

    @Test
    void shufflesWhatIsSortedByLabelAndKeepsEachRecordWhole() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            text.append(i)
                    .append(',')
                    .append(1000 + i)
                    .append(',')
                    .append(i < 80 ? 0 : 1)
                    .append('\n');
        }
        Path file = directory.resolve("sorted.csv");
        Files.writeString(file, text);
        LabelledRecords records = LabelledRecords.read(file);
        assertThat(records.name()).isEqualTo("sorted, shuffled by seed 1");
        assertThat(records.isSorted()).isFalse();
        boolean[] seen = new boolean[100];
        for (int i = 0; i < 100; i++) {
            int id = (int) records.values()[2 * i];
            assertThat(seen[id]).isFalse();
            seen[id] = true;
            assertThat(records.values()[2 * i + 1]).isEqualTo(1000 + id);
            assertThat(records.anomalous()[i]).isEqualTo(id >= 80);
        }
        assertThat(LabelledRecords.read(file).values()).isEqualTo(records.values());
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        assertThatThrownBy(() -> LabelledRecords.read(npz(Map.of("X", table("<f8", "False")))))
                .hasMessageEndingWith("has no array y");
        assertThatThrownBy(() -> LabelledRecords.read(npz(Map.of("X", table("<f8", "False"), "y", labels(0, 1, 0)))))
                .hasMessageContaining("X must be [records × width] and y [records], not [4, 2] and [3]");
        assertThatThrownBy(() -> LabelledRecords.read(npz(Map.of("X", table("<f8", "False"), "y", labels(0, 2, 0, 1)))))
                .hasMessageContaining("a label is 1 for an anomaly, 0 for another record, not 2.0");
        Path file = directory.resolve("wrong.csv");
        Files.writeString(file, "1,2,0\n3,x,1\n");
        assertThatThrownBy(() -> LabelledRecords.read(file)).hasMessageContaining("line 2 is not all numbers");
        Files.writeString(file, "1,2,0\n3,1\n");
        assertThatThrownBy(() -> LabelledRecords.read(file)).hasMessageContaining("record 2 has 2 columns");
    }
}
