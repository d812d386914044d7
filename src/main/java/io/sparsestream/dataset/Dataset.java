package io.sparsestream.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * One split of a dataset in memory.
 *
 * @param name the directory's name, such as {@code mnist}
 * @param split training or test images
 * @param rows height of every image
 * @param columns width of every image
 * @param images uint8 grey values, row-major, each rows·columns long
 * @param labels uint8 label of every image, or empty if the dataset has none
 */
public record Dataset(String name, Split split, int rows, int columns, List<byte[]> images, byte[] labels) {
    private static final int HINTS = 3;
    private static final long MNIST_TRAIN = 0xa3957509L; // CRC32C of all pixels
    private static final long MNIST_TEST = 0x16074929L;

    /**
     * Reads {@code PREFIX-images-idx3-ubyte} and, if there, {@code PREFIX-labels-idx1-ubyte}, each plain or with
     * {@code .gz}, and also where a dot stands before {@code idx}.
     *
     * @throws DatasetException if a file is missing, truncated, corrupt, or does not fit the other
     */
    public static Dataset read(Path directory, Split split) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new DatasetException("dataset directory " + directory + " does not exist: give one with --data");
        }
        Path imagesFile = find(directory, split.filePrefix() + "-images", "idx3-ubyte");
        if (imagesFile == null) {
            throw new DatasetException("dataset directory " + directory + " has no " + split.filePrefix()
                    + "-images-idx3-ubyte (or .gz)" + otherImages(directory) + " another with --data");
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
        byte[] labels = readLabels(find(directory, split.filePrefix() + "-labels", "idx1-ubyte"), images.size());
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
            return reader.readItems(1, count).get(0);
        }
    }

    /** Of an IDX file; the dot instead of the first dash is what some archives make of it. */
    private static Path find(Path directory, String prefix, String kind) {
        for (String name : List.of(prefix + "-" + kind, prefix + "." + kind)) {
            for (String ending : List.of("", ".gz")) {
                Path file = directory.resolve(name + ending);
                if (Files.isRegularFile(file)) {
                    return file;
                }
            }
        }
        return null;
    }

    /** Whether a directory has images of any split in the format of the MNIST database. */
    public static boolean isIn(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.getFileName().toString().matches(".*[-.]idx\\d-ubyte(?:\\.gz)?"));
        }
    }

    /** What the directory has instead, in whose names somebody may find what is meant. */
    private static String otherImages(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            String names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains("images"))
                    .sorted()
                    .limit(HINTS)
                    .collect(Collectors.joining(", "));
            return names.isEmpty() ? ": give" : ", but " + names + ": rename what is meant, or give";
        }
    }

    /** Whether the images have labels. */
    public boolean isLabelled() {
        return labels.length > 0;
    }

    /** Each image's label as text, or that text where the dataset has none. */
    public List<String> labelTexts(String without) {
        return IntStream.range(0, images.size())
                .mapToObj(image -> isLabelled() ? Integer.toString(label(image)) : without)
                .toList();
    }

    /** The label of an image of a dataset that has labels: 0 … 255. */
    public int label(int image) {
        return Byte.toUnsignedInt(labels[image]);
    }

    /** Whether the images are those of the MNIST database, in their order, whatever the directory is called. */
    public boolean isMnist() {
        CRC32C crc = new CRC32C();
        images.forEach(crc::update);
        return crc.getValue() == (split == Split.TRAIN ? MNIST_TRAIN : MNIST_TEST);
    }

    /**
     * The images of one label alone, without labels, which would all be the same.
     *
     * @throws DatasetException if there are none
     */
    public Dataset withLabel(int label) throws DatasetException {
        List<byte[]> chosen = IntStream.range(0, labels.length)
                .filter(image -> label(image) == label)
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
