package io.sparsestream.compare;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.Reconstructor;
import io.sparsestream.message.Dtype;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Images, and what models make of them, as a PNG. */
public final class Picture {
    private static final int UNLABELLED = 10;
    private static final int COLUMNS = 30;
    private static final int IMAGE_SCALE = 5;
    private static final int FIELDS_PER_ROW = 16;
    private static final int FIELD_SCALE = 3;
    private static final double FIELD_RANGE = 0.5;
    private static final int ROW_SCALE = 4;

    private Picture() {}

    /** Images above what each model makes of them: one of each label, or ten where the dataset has no labels. */
    public static void writeImages(Path file, Dataset dataset, Map<String, Reconstructor> models) throws IOException {
        write(file, images(dataset, models));
    }

    /** The same in memory. */
    public static BufferedImage images(Dataset dataset, Map<String, Reconstructor> models) {
        List<Integer> chosen = choose(dataset);
        List<byte[]> originals =
                chosen.stream().map(image -> dataset.images().get(image)).toList();
        List<String> labels = dataset.isLabelled()
                ? chosen.stream()
                        .map(image -> Integer.toString(dataset.label(image)))
                        .toList()
                : List.of();
        List<List<Reconstructed>> made = models.values().stream()
                .map(model -> originals.stream()
                        .map(image -> Reconstructed.of(model, image))
                        .toList())
                .toList();
        List<Sheet.Line> lines = new ArrayList<>();
        lines.add(new Sheet.Line("original", "", cells(originals, Collections.nCopies(originals.size(), ""))));
        int line = 0;
        for (Map.Entry<String, Reconstructor> model : models.entrySet()) {
            List<Optional<Sheet.Cell>> cells = new ArrayList<>();
            for (int i = 0; i < originals.size(); i++) {
                int image = i;
                Reconstructed found = made.get(line).get(i);
                boolean best = models.size() > 1 && made.stream().allMatch(other -> found.mse <= other.get(image).mse);
                cells.add(Optional.of(
                        new Sheet.Cell(greys(found.pixels), String.format(Locale.ROOT, "%.4f", found.mse), best)));
            }
            lines.add(new Sheet.Line(model.getKey(), "", cells));
            line++;
        }
        String title = dataset.name() + "/" + dataset.split() + ": images, their reconstructions and squared errors"
                + (models.size() > 1 ? " (bold: the least)" : "");
        return Sheet.draw(title, labels, lines, dataset.rows(), dataset.columns(), IMAGE_SCALE);
    }

    /** What a model makes of an image. */
    private record Reconstructed(byte[] pixels, double mse) {
        static Reconstructed of(Reconstructor model, byte[] image) {
            MiniBatch batch = model.newBatch();
            batch.add(image);
            ForwardPass forward = model.reconstruct(batch);
            return new Reconstructed(Dtype.UINT8.encode(forward.reconstructions(), 0, image.length), forward.mse()[0]);
        }
    }

    /**
     * An image with what a model made of it.
     *
     * @param original uint8, row-major
     * @param reconstruction of the same shape
     * @param error as a person reads it
     */
    public record Pair(String label, byte[] original, byte[] reconstruction, String error) {}

    /** Each original above its reconstruction; all of the same shape; at least one. */
    public static void writePairs(Path file, String title, int columns, List<Pair> pairs) throws IOException {
        List<String> errors = pairs.stream().map(Pair::error).toList();
        List<Sheet.Line> lines = List.of(
                new Sheet.Line(
                        "original",
                        "",
                        cells(pairs.stream().map(Pair::original).toList(), Collections.nCopies(pairs.size(), ""))),
                new Sheet.Line(
                        "model",
                        "squared error",
                        cells(pairs.stream().map(Pair::reconstruction).toList(), errors)));
        int rows = pairs.get(0).original.length / columns;
        List<String> labels = pairs.stream().map(Pair::label).toList();
        write(file, Sheet.draw(title, labels, lines, rows, columns, IMAGE_SCALE));
    }

    /**
     * @param greys uint8, row-major
     * @param note below it
     */
    public record Noted(byte[] greys, String note) {}

    /**
     * A row of images, left of which stands what they have in common.
     *
     * @param detail below the caption, smaller
     * @param images of one shape; empty where there is none
     */
    public record Row(String caption, String detail, List<Optional<Noted>> images) {}

    /**
     * Rows of images; where one is missing a frame is left.
     *
     * @param columns of an image
     * @param rows at least one
     */
    public static void writeRows(Path file, String title, int imageRows, int columns, List<Row> rows)
            throws IOException {
        List<Sheet.Line> lines = rows.stream()
                .map(row -> new Sheet.Line(
                        row.caption,
                        row.detail,
                        row.images.stream()
                                .map(image -> image.map(seen -> new Sheet.Cell(greys(seen.greys), seen.note, false)))
                                .toList()))
                .toList();
        write(file, Sheet.draw(title, List.of(), lines, imageRows, columns, ROW_SCALE));
    }

    /** What every unit of the first layer answers to, the one that tells most first: a field of colours for each. */
    static void writeFields(Path file, Dataset dataset, String name, Reconstructor model) throws IOException {
        MeanImages means = MeanImages.of(model, dataset);
        String title = name + ", " + model.architecture().hiddenLayer(0)
                + ": mean image of each unit, less that of all (orange: more ink, blue: less, white: no difference)";
        write(file, fields(title, dataset.rows(), dataset.columns(), means, means.strongest()));
    }

    /**
     * What units of the first layer answer to, in memory.
     *
     * @param rows of an image
     * @param columns of an image
     * @param units at least one, in the order in which they are drawn
     */
    public static BufferedImage fields(String title, int rows, int columns, MeanImages means, List<Integer> units) {
        List<Sheet.Line> lines = new ArrayList<>();
        for (int first = 0; first < units.size(); first += FIELDS_PER_ROW) {
            lines.add(new Sheet.Line(
                    "",
                    "",
                    units.subList(first, Math.min(first + FIELDS_PER_ROW, units.size())).stream()
                            .map(unit -> Optional.of(new Sheet.Cell(field(means.differences()[unit]), "", false)))
                            .toList()));
        }
        return Sheet.draw(title, List.of(), lines, rows, columns, FIELD_SCALE);
    }

    private static int[] field(double[] difference) {
        int[] rgb = new int[difference.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = Palette.diverging(difference[i], FIELD_RANGE);
        }
        return rgb;
    }

    private static List<Optional<Sheet.Cell>> cells(List<byte[]> images, List<String> notes) {
        return IntStream.range(0, images.size())
                .mapToObj(i -> Optional.of(new Sheet.Cell(greys(images.get(i)), notes.get(i), false)))
                .toList();
    }

    private static int[] greys(byte[] greys) {
        int[] rgb = new int[greys.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = Palette.grey(greys[i] & 0xff);
        }
        return rgb;
    }

    /** The first image of each label, by ascending label; where the labels tell nothing apart, the first images. */
    private static List<Integer> choose(Dataset dataset) {
        SortedMap<Integer, Integer> byLabel = new TreeMap<>();
        for (int image = 0; dataset.isLabelled() && image < dataset.size(); image++) {
            byLabel.putIfAbsent(dataset.label(image), image);
        }
        return byLabel.size() > 1
                ? byLabel.values().stream().limit(COLUMNS).toList()
                : IntStream.range(0, Math.min(UNLABELLED, dataset.size()))
                        .boxed()
                        .toList();
    }

    private static void write(Path file, BufferedImage picture) throws IOException {
        // ImageIO opens files by itself, too, but prints a stack trace where it cannot.
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            if (!ImageIO.write(picture, "png", out)) {
                throw new IOException("this Java runtime cannot write PNG files");
            }
        }
    }
}
