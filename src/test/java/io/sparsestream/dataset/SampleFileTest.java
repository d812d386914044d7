package io.sparsestream.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.numpy.NpyHeader;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of anybody's: what is right is read, and what is wrong is said in one line. */
class SampleFileTest {
    private static final List<Long> TWO_BY_THREE = List.of(2L, 3L);

    @TempDir
    Path directory;

    private static byte[] npy(NpyHeader header, ByteBuffer values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        header.write(bytes);
        bytes.write(values.array());
        return bytes.toByteArray();
    }

    private static byte[] npy(String type, ByteOrder order, boolean fortran, List<Long> shape, ByteBuffer values)
            throws IOException {
        return npy(new NpyHeader(type, order, fortran, shape), values);
    }

    private static ByteBuffer shorts(ByteOrder order, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Short.BYTES).order(order);
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return bytes;
    }

    private static ByteBuffer texts(String... values) {
        Charset utf32 = Charset.forName("UTF-32LE");
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 12);
        for (int i = 0; i < values.length; i++) {
            bytes.position(i * 12).put(values[i].getBytes(utf32));
        }
        return bytes;
    }

    private static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(directory.resolve(name), bytes);
    }

    private Path csv(String text) throws IOException {
        return file("readings.csv", text.getBytes(StandardCharsets.UTF_8));
    }

    private static Samples csv(Path path, Optional<String> label, String... columns) throws IOException {
        return new SampleFile(path, Optional.empty(), Optional.empty(), label, List.of(columns)).read();
    }

    private static void assertRefused(ThrowingCallable reading, Path file, String message) {
        assertThatThrownBy(reading)
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(file.getFileName().toString())
                .hasMessageContaining(message)
                .satisfies(failure -> assertThat(failure.getMessage().lines()).hasSize(1));
    }

    private void assertRefused(Path file, String message) {
        assertRefused(() -> SampleFile.of(file).read(), file, message);
    }

    @Test
    void arraysOfAllOrdersAreRead() throws IOException {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            Path rows = file("a.npy", npy("i2", order, false, TWO_BY_THREE, shorts(order, 1, -2, 3, 4, 5, 600)));
            Path columns = file("b.npy", npy("i2", order, true, TWO_BY_THREE, shorts(order, 1, 4, -2, 5, 3, 600)));
            for (Path path : List.of(rows, columns)) {
                Samples samples = SampleFile.of(path).read();
                assertThat(samples.sample(0)).containsExactly(1, -2, 3);
                assertThat(samples.sample(1)).containsExactly(4, 5, 600);
                assertThat(samples.shape()).isEqualTo("1x3");
                assertThat(samples.name()).isEqualTo(path == rows ? "a" : "b");
                assertThat(samples.label(0)).isEmpty();
                assertThat(samples.areBytes()).isFalse();
            }
        }
        List<Long> pictures = List.of(2L, 2L, 3L);
        ByteBuffer greys = ByteBuffer.wrap(new byte[] {0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, (byte) 255});
        Samples inColumns = SampleFile.of(file("c.npy", npy("u1", ByteOrder.LITTLE_ENDIAN, true, pictures, greys)))
                .read();
        assertThat(inColumns.sample(0)).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(inColumns.sample(1)).containsExactly(6, 7, 8, 9, 10, 255);
        assertThat(inColumns.shape()).isEqualTo("2x3");
        assertThat(inColumns.areBytes()).isTrue();
    }

    @Test
    void numbersOfAllTypesAreRead() throws IOException {
        Map<String, ByteBuffer> types = new LinkedHashMap<>();
        types.put("b1", ByteBuffer.allocate(1).put((byte) 1));
        types.put("i1", ByteBuffer.allocate(1).put((byte) -1));
        types.put("u2", ByteBuffer.allocate(2).putShort((short) -1));
        types.put("i4", ByteBuffer.allocate(4).putInt(-7));
        types.put("u4", ByteBuffer.allocate(4).putInt(-1));
        types.put("i8", ByteBuffer.allocate(8).putLong(-8));
        types.put("u8", ByteBuffer.allocate(8).putLong(-1));
        types.put("f4", ByteBuffer.allocate(4).putFloat(0.5f));
        types.put("f8", ByteBuffer.allocate(8).putDouble(1e300));
        double[] expected = {1, -1, 65535, -7, 4294967295.0, -8, 0x1p64, 0.5, 1e300};
        int i = 0;
        for (Map.Entry<String, ByteBuffer> type : types.entrySet()) {
            Path path =
                    file("a.npy", npy(type.getKey(), ByteOrder.BIG_ENDIAN, false, List.of(1L, 1L), type.getValue()));
            assertThat(SampleFile.of(path).read().sample(0)).as(type.getKey()).containsExactly(expected[i++]);
        }
    }

    @Test
    void archivesNameTheirRecordsAndLabels() throws IOException {
        ByteOrder little = ByteOrder.LITTLE_ENDIAN;
        Map<String, byte[]> arrays = new LinkedHashMap<>();
        arrays.put("X.npy", npy("i2", little, false, TWO_BY_THREE, shorts(little, 1, 2, 3, 4, 5, 6)));
        arrays.put("y.npy", npy("i2", little, false, List.of(2L), shorts(little, 0, 1)));
        Path plain = file("plain.npz", zip(arrays));
        Samples found = SampleFile.of(plain).read();
        assertThat(found.sample(1)).containsExactly(4, 5, 6);
        assertThat(found.labels()).containsExactly("0", "1");

        arrays.put("names.npy", npy("U3", little, false, List.of(2L), texts("ab", "äöü")));
        arrays.put("Z.npy", npy("i2", little, false, List.of(1L, 1L), shorts(little, 9)));
        arrays.put("README", new byte[] {1});
        Path path = file("more.npz", zip(arrays));
        assertRefused(path, "has 2 arrays of two or more dimensions among X, y, names, Z: choose by --array");
        assertRefused(
                () -> new SampleFile(path, Optional.of("W"), Optional.empty(), Optional.empty(), List.of()).read(),
                path,
                "has no array W, but X, y, names, Z: choose by --array");
        assertThat(new SampleFile(path, Optional.of("X"), Optional.empty(), Optional.empty(), List.of())
                        .read()
                        .labels())
                .as("two would fit")
                .isEmpty();
        assertThat(new SampleFile(path, Optional.of("X"), Optional.of("names"), Optional.empty(), List.of())
                        .read()
                        .labels())
                .containsExactly("ab", "äöü");
        assertRefused(
                () -> new SampleFile(path, Optional.of("Z"), Optional.of("y"), Optional.empty(), List.of()).read(),
                path,
                "array y: has 2 labels for 1 records");
        assertRefused(file("none.npz", zip(Map.of("a.txt", new byte[3]))), "has no arrays");
    }

    @Test
    void headersThatLieOrHoldSomethingElseAreRefused() throws IOException {
        ByteOrder little = ByteOrder.LITTLE_ENDIAN;
        ByteBuffer few = shorts(little, 1, 2);
        assertRefused(
                file("a.npy", npy("i2", little, false, List.of(500_000_000L, 2L), few)),
                "truncated: its header promises 2000000000 bytes, found 4");
        assertRefused(
                file("a.npy", npy("f8", little, false, List.of(999_999_999_999L, 9L), few)),
                "is larger than the 2 GiB");
        assertRefused(
                file("a.npy", npy("f8", little, false, List.of(4_294_967_296L, 4_294_967_296L), few)),
                "is larger than the 2 GiB");
        assertRefused(file("a.npy", npy("f2", little, false, List.of(2L, 1L), few)), "type f2 cannot be read: convert");
        assertRefused(file("a.npy", npy("O8", little, false, List.of(2L, 1L), few)), "type O8 cannot be read");
        assertRefused(file("a.npy", npy("U1", little, false, List.of(1L, 1L), few)), "has texts");
        assertRefused(file("a.npy", npy("i2", little, false, List.of(), few)), "has no records");
        assertRefused(file("a.npy", npy("i2", little, false, List.of(0L, 3L), few)), "has no records");
        assertRefused(file("a.npy", npy("i2", little, false, List.of(3L, 0L), few)), "records without numbers");
        byte[] many = new byte[70_000];
        Arrays.fill(many, (byte) '1');
        assertRefused(file("a.npy", header("(" + "1,".repeat(30_000) + ")")), "shape is not of an npy array");
        assertRefused(file("a.npy", header("(" + "1".repeat(30_000) + ",)")), "shape is not of an npy array");
        assertRefused(file("a.npy", header("(-1, 3)")), "not of an npy array");
        assertRefused(file("a.npy", many), "not an npy array");
        assertRefused(file("a.npz", many), "not an npz file");
        assertRefused(file("a.npz", new byte[0]), "not an npz file");
        assertRefused(file("a.txt", many), "files end in .npy, .npz or .csv");
        assertRefused(directory.resolve("b.csv"), "does not exist: name another with --data");
        assertRefused(Files.createDirectory(directory.resolve("empty")), "has neither IDX nor PNG files");
    }

    /** Of version 1.0. */
    private static byte[] header(String shape) {
        byte[] text = ("{'descr': '<i2', 'fortran_order': False, 'shape': " + shape + ", }\n")
                .getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(10 + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) text.length)
                .put(text)
                .array();
    }

    @Test
    void tablesAreReadAsTheStandardHasThem() throws IOException {
        Path path = csv(
                "\ufefftime,\"a,b\",c,kind\r\n2026-01-01,1.5, -2e3 ,\"x \"\"y\"\"\"\r\n\r\nlater,,.5,\"two\nlines\"");
        Samples samples = csv(path, Optional.of("kind"), "a,b", "c");
        assertThat(samples.columns()).containsExactly("a,b", "c");
        assertThat(samples.sample(0)).containsExactly(1.5, -2000);
        assertThat(samples.sample(1)).containsExactly(Double.NaN, 0.5);
        assertThat(samples.labels()).containsExactly("x \"y\"", "two\nlines");
        assertRefused(path, "line 2: column 'time' is '2026-01-01', not a number");
        assertRefused(
                () -> csv(path, Optional.of("sort")),
                path,
                "has no column 'sort', but 'time', 'a,b', 'c', 'kind': choose by --label-column");
        assertRefused(() -> csv(path, Optional.empty(), "d"), path, "choose by --columns");
        assertThat(csv(csv("a\n1\n\n2\n"), Optional.empty()).size())
                .as("a missing number")
                .isEqualTo(3);
    }

    @Test
    void tablesThatAreNoneAreRefused() throws IOException {
        assertRefused(csv(""), "has no header");
        assertRefused(csv("a,b\n"), "has no records below its header");
        assertRefused(csv("a,b\n1,2\n\"1\n\n\",2\n1,2,3\n"), "line 6: has 3 fields, where the header has 2");
        assertRefused(csv("a,b\n1,2\n1\u001b[2J,3\n"), "line 3: column 'a' is '1 [2J', not a number");
        assertRefused(csv("a,b\n1,2\n1,2,3\n"), "line 3: has 3 fields, where the header has 2");
        assertRefused(csv("a,b\n1,\"2\n1,2\n"), "line 2: a quote is not closed");
        for (String odd : List.of("1d", "0x1p3", "1f", "Infinity", "1e", "--1", "1_000", "1 2", "\u0661")) {
            assertRefused(csv("a,b\n1," + odd + "\n"), "line 2: column 'b' is '" + odd + "', not a number");
        }
        assertRefused(csv("a,b\n1," + "9".repeat(2_000_000) + "\n"), "line 2: a field is longer than");
        assertRefused(
                file("latin.csv", new byte[] {'a', ',', (byte) 0xe4, '\n', '1', ',', '2'}), "not a text in UTF-8");
        Path labelled = csv("a\n1\n");
        assertRefused(() -> csv(labelled, Optional.of("a")), labelled, "no column beside that of the labels");
        Path npy = file("a.npy", new byte[3]);
        assertRefused(() -> csv(npy, Optional.of("a")), npy, "--label-column is for .csv files, not for");
    }

    private Path png(String name, BufferedImage image) throws IOException {
        Path path = directory.resolve("pictures").resolve(name);
        Files.createDirectories(path.getParent());
        ImageIO.write(image, "png", path.toFile());
        return path;
    }

    /** Of every depth, and with an opacity, which does not count: those that are stored, without the curve of Java's colours. */
    @Test
    void greysOfPicturesAreThoseThatAreStored() throws IOException {
        BufferedImage black = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        black.setRGB(1, 0, 0xffffff);
        png("1-bit.png", black);
        BufferedImage fine = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        fine.getRaster().setSample(0, 0, 0, 0x80ff);
        fine.getRaster().setSample(1, 0, 0, 0xffff);
        png("16-bit.png", fine);
        png("8-bit-opacity.png", withOpacity(DataBuffer.TYPE_BYTE, 128, 255));
        png("8-bit-opacity-16.png", withOpacity(DataBuffer.TYPE_USHORT, 128 << 8, 255 << 8));
        Samples samples = SampleFile.of(directory.resolve("pictures")).read();

        assertThat(samples.sample(0)).as("1 bit").containsExactly(0, 255);
        for (int i = 1; i < 4; i++) {
            assertThat(samples.sample(i)).as("picture %d", i).containsExactly(128, 255);
        }
    }

    private static BufferedImage withOpacity(int type, int left, int right) {
        ColorModel colours = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_GRAY), true, false, Transparency.TRANSLUCENT, type);
        WritableRaster raster = colours.createCompatibleWritableRaster(2, 1);
        raster.setPixel(0, 0, new int[] {left, right / 3});
        raster.setPixel(1, 0, new int[] {right, 0});
        return new BufferedImage(colours, raster, false, null);
    }

    @Test
    void picturesAreGreysLabelledByTheirDirectories() throws IOException {
        BufferedImage grey = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(2, 1, 0, 77);
        png("cats/1.png", grey);
        BufferedImage red = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        red.setRGB(0, 0, 0xff0000);
        red.setRGB(1, 0, 0x808080);
        png("dogs/small/1.PNG", red);
        Samples samples = SampleFile.of(directory.resolve("pictures")).read();
        assertThat(samples.shape()).isEqualTo("2x3");
        assertThat(samples.areBytes()).isTrue();
        assertThat(samples.labels()).containsExactly("cats", "dogs");
        assertThat(samples.sample(0)).containsExactly(0, 0, 0, 0, 0, 77);
        assertThat(samples.sample(1)).containsExactly(76, 128, 0, 0, 0, 0);
        png("3.png", grey);
        assertThat(SampleFile.of(directory.resolve("pictures")).read().labels())
                .as("one has none")
                .isEmpty();
        Path other = png("dogs/z.png", new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY));
        assertRefused(() -> SampleFile.of(directory.resolve("pictures")).read(), other, "is of 2x2 pixels, where");
        byte[] huge = Files.readAllBytes(other);
        ByteBuffer.wrap(huge).putInt(16, 4000).putInt(20, 4000);
        Files.write(other, huge);
        assertRefused(() -> SampleFile.of(directory.resolve("pictures")).read(), other, "z.png");
        assertRefused(
                () -> SampleFile.of(directory.resolve("pictures")).read(), other, "claims to have 16000000 pixels");
    }

    /** Whatever a damaged file says, it ends in a line or in records. */
    @Test
    void damagedFilesNeverEndInAnythingElse() throws IOException {
        ByteOrder little = ByteOrder.LITTLE_ENDIAN;
        byte[] npy = npy("i2", little, true, TWO_BY_THREE, shorts(little, 1, 2, 3, 4, 5, 6));
        Map<String, byte[]> arrays = new LinkedHashMap<>();
        arrays.put("X.npy", npy);
        arrays.put("y.npy", npy("U3", little, false, List.of(2L), texts("a", "b")));
        BufferedImage picture = new BufferedImage(5, 4, BufferedImage.TYPE_3BYTE_BGR);
        Path png = png("a/1.png", picture);
        Map<Path, byte[]> files = new LinkedHashMap<>();
        files.put(directory.resolve("a.npy"), npy);
        files.put(directory.resolve("a.npz"), zip(arrays));
        files.put(directory.resolve("a.csv"), "a,\"b\"\r\n1,2\r\n".getBytes(StandardCharsets.UTF_8));
        files.put(png, Files.readAllBytes(png));
        Random random = new Random(1);
        int read = 0;
        for (Map.Entry<Path, byte[]> file : files.entrySet()) {
            byte[] whole = file.getValue();
            for (int i = 0; i < 2 * whole.length; i++) {
                byte[] damaged = Arrays.copyOf(whole, i < whole.length ? i : whole.length);
                for (int changes = i < whole.length ? 0 : 1 + i % 3; changes > 0; changes--) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                }
                Files.write(file.getKey(), damaged);
                try {
                    SampleFile.of(file.getKey().equals(png) ? png.getParent().getParent() : file.getKey())
                            .read();
                    read++;
                } catch (DatasetException e) {
                    assertThat(e.getMessage()).contains(directory.toString());
                    assertThat(e.getMessage().lines()).hasSize(1);
                }
            }
        }
        assertThat(read).as("some damage does not matter").isPositive();
    }
}
