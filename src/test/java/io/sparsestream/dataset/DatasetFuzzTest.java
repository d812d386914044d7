package io.sparsestream.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sparsestream.numpy.NpyHeader;
import io.sparsestream.support.Outside;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a dataset's files hold, they are read, or a line says what is wrong with which file. */
class DatasetFuzzTest {
    /** Records and numbers that are looked at. */
    private static final int MOST = 100;

    /** What deflated data may become, at most, and how often that is copied. */
    private static final long UNPACKED = 10 * 1032;

    /** The same of pixels of one bit. */
    private static final long PIXELS = 4 * UNPACKED;

    @TempDir
    static Path directory;

    @FuzzTest
    void idx(byte[] images) throws IOException {
        Path dataset = Files.createDirectories(directory.resolve("idx"));
        Files.write(dataset.resolve("train-images-idx3-ubyte"), images);
        read(images, () -> Samples.of(Dataset.read(dataset, Split.TRAIN)));
    }

    /** Of two images of one pixel. */
    @FuzzTest
    void idxLabels(byte[] labels) throws IOException {
        Path dataset = Files.createDirectories(directory.resolve("labels"));
        byte[] images = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 9};
        Files.write(dataset.resolve("train-images-idx3-ubyte"), images);
        Files.write(dataset.resolve("train-labels-idx1-ubyte"), labels);
        read(labels, () -> Samples.of(Dataset.read(dataset, Split.TRAIN)));
    }

    @FuzzTest
    void png(byte[] file) throws IOException {
        Path pictures = Files.createDirectories(directory.resolve("png").resolve("seven"));
        Files.write(pictures.resolve("one.png"), file);
        read(PIXELS * file.length, () -> SampleFile.of(pictures.getParent()).read());
    }

    @FuzzTest
    void csv(byte[] file) throws IOException {
        Path path = Files.write(directory.resolve("table.csv"), file);
        read(file, () -> SampleFile.of(path).read());
        read(file, () -> new SampleFile(path, Optional.empty(), Optional.empty(), Optional.of("l"), List.of()).read());
        read(
                file,
                () -> new SampleFile(path, Optional.empty(), Optional.empty(), Optional.empty(), List.of("a", "b"))
                        .read());
    }

    @FuzzTest
    void npy(byte[] file) throws IOException {
        Path path = Files.write(directory.resolve("array.npy"), file);
        read(file, () -> SampleFile.of(path).read());
    }

    @FuzzTest
    void npz(byte[] file) throws IOException {
        Path path = Files.write(directory.resolve("arrays.npz"), file);
        read(file, () -> SampleFile.of(path).read());
        read(file, () -> new SampleFile(path, Optional.of("x"), Optional.of("y"), Optional.empty(), List.of()).read());
    }

    /** What is written is read again. */
    @FuzzTest
    void npyWritten(FuzzedDataProvider data) throws IOException {
        int rows = data.consumeInt(1, 9);
        int columns = data.consumeInt(1, 9);
        ByteOrder order = data.consumeBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        boolean fortran = data.consumeBoolean();
        ByteBuffer values = ByteBuffer.allocate(rows * columns * Double.BYTES).order(order);
        for (int i = 0; i < rows * columns; i++) {
            values.putDouble(data.consumeDouble());
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        new NpyHeader("f8", order, fortran, List.of((long) rows, (long) columns)).write(file);
        file.write(values.array());
        Path path = Files.write(directory.resolve("written.npy"), file.toByteArray());
        Samples samples = SampleFile.of(path).read();
        assertThat(samples.size()).isEqualTo(rows);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int place = fortran ? column * rows + row : row * columns + column;
                assertThat(samples.sample(row)[column]).isEqualTo(values.getDouble(place * Double.BYTES));
            }
        }
    }

    private static void read(byte[] file, Outside.Reading<Samples> reading) {
        read(UNPACKED * file.length, reading);
    }

    private static void read(long most, Outside.Reading<Samples> reading) {
        Outside.read(most, reading, List.of(DatasetException.class)).ifPresent(DatasetFuzzTest::look);
    }

    private static void look(Samples samples) {
        assertThat(samples.size()).isPositive();
        assertThat(samples.width()).isPositive();
        assertThat(samples.labels()).hasSizeLessThanOrEqualTo(samples.size());
        for (int sample : new int[] {0, samples.size() / 2, samples.size() - 1}) {
            for (int column = 0; column < Math.min(MOST, samples.width()); column++) {
                samples.numbers().at(sample, column);
                samples.numbers().at(sample, samples.width() - 1 - column);
            }
            samples.label(sample);
        }
    }
}
