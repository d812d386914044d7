package io.sparsestream.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetTest {
    private static final Path MNIST = Path.of("data/mnist");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train-images-idx3-ubyte",
                "train-labels-idx1-ubyte",
                "t10k-images-idx3-ubyte",
                "t10k-labels-idx1-ubyte"
            })
    void mnistIsTheCanonicalOneThatItsReadmeNames(String file) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(MNIST.resolve(file + ".gz")))) {
            sha256.update(in.readAllBytes());
        }
        assertThat(Files.readString(MNIST.resolve("README.md")))
                .contains("| " + file + " | `" + HexFormat.of().formatHex(sha256.digest()) + "` |");
    }

    @Test
    void readsMnist() throws IOException {
        Dataset train = Dataset.read(MNIST, Split.TRAIN);
        Dataset test = Dataset.read(MNIST, Split.TEST);

        assertThat(train.size()).isEqualTo(60_000);
        assertThat(test.size()).isEqualTo(10_000);
        assertThat(train.name()).isEqualTo("mnist");
        assertThat(train.shape()).isEqualTo("28x28");
        // the well-known beginnings of both splits
        assertThat(Arrays.copyOf(train.labels(), 5)).containsExactly(5, 0, 4, 1, 9);
        assertThat(Arrays.copyOf(test.labels(), 5)).containsExactly(7, 2, 1, 0, 4);
    }

    @Test
    void theImagesOfOneLabelAlone() throws IOException {
        Dataset test = Dataset.read(MNIST, Split.TEST);

        Dataset sevens = test.withLabel(7);

        assertThat(sevens.size()).isEqualTo(1028);
        assertThat(sevens.images().get(0)).isSameAs(test.images().get(0));
        assertThatThrownBy(() -> test.withLabel(11))
                .isInstanceOf(DatasetException.class)
                .hasMessage("mnist/test has no images with the label 11");
    }

    @Test
    void readsPlainFilesOfAnyShapeAndWithoutLabels() throws IOException {
        write("train-images-idx3-ubyte", idx(new int[] {2, 2, 3}, 12));

        Dataset dataset = Dataset.read(directory, Split.TRAIN);

        assertThat(dataset.shape()).isEqualTo("2x3");
        assertThat(dataset.images().get(1)).containsExactly(6, 7, 8, 9, 10, 11);
        assertThat(dataset.labels()).isEmpty();
    }

    @Test
    void aMissingDirectoryOrFileSaysWhatToGive() {
        assertThatThrownBy(() -> Dataset.read(directory.resolve("none"), Split.TRAIN))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("does not exist: give one with --data");
        assertThatThrownBy(() -> Dataset.read(directory, Split.TEST))
                .hasMessageContaining("has no t10k-images-idx3-ubyte (or .gz)");
    }

    @Test
    void truncatedFilesAreRefused() throws IOException {
        write("train-images-idx3-ubyte", Arrays.copyOf(idx(new int[] {2, 2, 3}, 12), 20));
        assertThatThrownBy(() -> Dataset.read(directory, Split.TRAIN))
                .hasMessageContaining("truncated: its header promises 2 items, found 0");

        write("train-images-idx3-ubyte", new byte[] {0, 0, 8, 3, 0});
        assertThatThrownBy(() -> Dataset.read(directory, Split.TRAIN)).hasMessageContaining("inside its header");

        byte[] gzip = gzip(idx(new int[] {20, 28, 28}, 20 * 784));
        write("train-images-idx3-ubyte", Arrays.copyOf(gzip, gzip.length - 30));
        assertThatThrownBy(() -> Dataset.read(directory, Split.TRAIN)).hasMessageContaining("truncated");
    }

    @Test
    void corruptFilesAreRefused() throws IOException {
        write("train-images-idx3-ubyte", "this is not an image".getBytes());
        assertThatThrownBy(() -> Dataset.read(directory, Split.TRAIN)).hasMessageContaining("magic 0x74686973");

        byte[] gzip = gzip(idx(new int[] {20, 28, 28}, 20 * 784));
        gzip[gzip.length / 2] ^= 0x55;
        write("train-images-idx3-ubyte", gzip);
        assertThatThrownBy(() -> Dataset.read(directory, Split.TRAIN)).isInstanceOf(DatasetException.class);

        write("train-images-idx3-ubyte", idx(new int[] {2, 2, 3}, 13));
        assertThatThrownBy(() -> Dataset.read(directory, Split.TRAIN)).hasMessageContaining("longer than the 2 items");

        write("train-images-idx3-ubyte", idx(new int[] {-1, 2, 3}, 0));
        assertThatThrownBy(() -> Dataset.read(directory, Split.TRAIN)).hasMessageContaining("dimension 1 is -1");
    }

    @Test
    void labelsMustBeAsManyAsImages() throws IOException {
        write("train-images-idx3-ubyte", idx(new int[] {2, 2, 3}, 12));
        write("train-labels-idx1-ubyte", idx(new int[] {3}, 3));
        assertThatThrownBy(() -> Dataset.read(directory, Split.TRAIN)).hasMessageContaining("3 labels for 2 images");
    }

    /** EMNIST has letters from 1 to 26, and classes up to 61. */
    @Test
    void labelsMayBeAnyByte() throws IOException {
        write("train-images-idx3-ubyte", idx(new int[] {256, 1, 1}, 256));
        write("train-labels-idx1-ubyte", idx(new int[] {256}, 256));

        Dataset dataset = Dataset.read(directory, Split.TRAIN);

        assertThat(dataset.label(26)).isEqualTo(26);
        assertThat(dataset.label(255)).isEqualTo(255);
        assertThat(dataset.withLabel(200).images()).containsExactly(new byte[] {(byte) 200});
    }

    /** As 7-Zip and Kaggle's archives name them. */
    @Test
    void aDotMayStandInTheNamesForADash() throws IOException {
        write("train-images.idx3-ubyte", idx(new int[] {2, 2, 3}, 12));
        write("train-labels.idx1-ubyte.gz", gzip(idx(new int[] {2}, 2)));
        Files.createDirectory(directory.resolve("train-images-idx3-ubyte")); // an archive's, with the file in it

        Dataset dataset = Dataset.read(directory, Split.TRAIN);

        assertThat(dataset.size()).isEqualTo(2);
        assertThat(dataset.label(1)).isEqualTo(1);
    }

    @Test
    void otherNamesAreHintedAt() throws IOException {
        write("emnist-letters-test-images-idx3-ubyte.gz", new byte[0]);
        assertThatThrownBy(() -> Dataset.read(directory, Split.TEST))
                .hasMessageEndingWith(
                        "has no t10k-images-idx3-ubyte (or .gz), but"
                                + " emnist-letters-test-images-idx3-ubyte.gz: rename what is meant, or give another with --data");
    }

    @Test
    void mnistIsKnownByItsImages() throws IOException {
        Dataset train = Dataset.read(MNIST, Split.TRAIN);
        Dataset test = Dataset.read(MNIST, Split.TEST);

        assertThat(train.isMnist()).isTrue();
        assertThat(test.isMnist()).isTrue();
        assertThat(test.withLabel(3).isMnist()).isFalse();
        assertThat(new Dataset("mnist", Split.TRAIN, 28, 28, test.images(), test.labels()).isMnist())
                .isFalse();
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(directory.resolve(name), content);
    }

    /** An IDX file whose values count up from 0. */
    private static byte[] idx(int[] sizes, int values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * sizes.length + values);
        buffer.put(new byte[] {0, 0, 8, (byte) sizes.length});
        for (int size : sizes) {
            buffer.putInt(size);
        }
        for (int i = 0; i < values; i++) {
            buffer.put((byte) i);
        }
        return buffer.array();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }
}
