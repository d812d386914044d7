package io.sparsestream.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One split of a dataset in memory.
 *
 * @param name the directory's name, such as {@code mnist}
 * @param split training or test images
 * @param rows height of every image
 * @param columns width of every image
 * @param images uint8 grey values, row-major, each rows·columns long
 * @param labels digit of every image, or empty if the dataset has no labels
 */
public record Dataset(String name, Split split, int rows, int columns, List<byte[]> images, byte[] labels) {
    private static final int CLASSES = 10;

    /**
     * Reads {@code PREFIX-images-idx3-ubyte} and, if there, {@code PREFIX-labels-idx1-ubyte}, each plain or with
     * {@code .gz}.
     *
     * @throws DatasetException if a file is missing, truncated, corrupt, or does not fit the other
     */
    public static Dataset read(Path directory, Split split) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new DatasetException("dataset directory " + directory + " does not exist: give one with --data");
        }
        Path imagesFile = find(directory, split.filePrefix() + "-images-idx3-ubyte");
        if (imagesFile == null) {
            throw new DatasetException("dataset directory " + directory + " has no " + split.filePrefix()
                    + "-images-idx3-ubyte (or .gz): give another with --data");
        }
        List<byte[]> images;
        int[] sizes;
        try (IdxReader reader = IdxReader.open(imagesFile)) {
            sizes = reader.readHeader(3);
            if ((long) sizes[1] * sizes[2] > Integer.MAX_VALUE) {
                throw new DatasetException(imagesFile + ": images of " + sizes[1] + "x" + sizes[2] + " are too large");
            }
            images = reader.readItems(sizes[0], sizes[1] * sizes[2]);
        }
        byte[] labels = readLabels(find(directory, split.filePrefix() + "-labels-idx1-ubyte"), images.size());
        String name = directory.toAbsolutePath().normalize().getFileName().toString();
        return new Dataset(name, split, sizes[1], sizes[2], List.copyOf(images), labels);
    }

    private static byte[] readLabels(Path file, int images) throws IOException {
        if (file == null) {
            return new byte[0];
        }
        try (IdxReader reader = IdxReader.open(file)) {
            int count = reader.readHeader(1)[0];
            if (count != images) {
                throw new DatasetException(file + ": " + count + " labels for " + images + " images");
            }
            byte[] labels = reader.readItems(1, count).get(0);
            for (int i = 0; i < count; i++) {
                if (labels[i] < 0 || labels[i] >= CLASSES) {
                    throw new DatasetException(
                            file + ": label " + (labels[i] & 0xff) + " of image " + i + " is not a digit");
                }
            }
            return labels;
        }
    }

    private static Path find(Path directory, String name) {
        Path plain = directory.resolve(name);
        Path gzip = directory.resolve(name + ".gz");
        return Files.exists(plain) ? plain : Files.exists(gzip) ? gzip : null;
    }

    /**
     * The images of one label alone, without labels, which would all be the same.
     *
     * @throws DatasetException if there are none
     */
    public Dataset withLabel(int label) throws DatasetException {
        List<byte[]> chosen = IntStream.range(0, labels.length)
                .filter(image -> labels[image] == label)
                .mapToObj(images::get)
                .toList();
        if (chosen.isEmpty()) {
            throw new DatasetException(name + "/" + split + " has no images with the label " + label);
        }
        return new Dataset(name, split, rows, columns, chosen, new byte[0]);
    }

    public int size() {
        return images.size();
    }

    /** The shape in record headers, such as {@code 28x28}. */
    public String shape() {
        return rows + "x" + columns;
    }
}
