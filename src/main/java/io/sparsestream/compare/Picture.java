package io.sparsestream.compare;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.FilterPixels;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Grey images in a grid, as a PNG. */
public final class Picture {
    private static final int UNLABELLED = 10;
    private static final int COLUMNS = 30;
    private static final int IMAGE_SCALE = 4;
    private static final int IMAGE_GAP = 4;
    private static final int FILTERS_PER_ROW = 25;
    private static final int FILTER_SCALE = 2;
    private static final int FILTER_GAP = 2;
    private static final int SHEET_SCALE = 2;
    private static final int SHEET_GAP = 4;
    private static final int SHEET_MARGIN = 110;
    private static final int SHEET_GREY = 80;

    private final BufferedImage picture;
    private final int imageColumns;
    private final int scale;
    private final int gap;
    private final int margin; // left of all columns
    private final int cellWidth;
    private final int cellHeight;

    private Picture(int rows, int columns, int imageRows, int imageColumns, int scale, int gap) {
        this(rows, columns, imageRows, imageColumns, scale, gap, 0);
    }

    private Picture(int rows, int columns, int imageRows, int imageColumns, int scale, int gap, int margin) {
        this.margin = margin;
        this.imageColumns = imageColumns;
        this.scale = scale;
        this.gap = gap;
        cellWidth = imageColumns * scale + gap;
        cellHeight = imageRows * scale + gap;
        picture = new BufferedImage(
                margin + columns * cellWidth + gap, rows * cellHeight + gap, BufferedImage.TYPE_BYTE_GRAY);
    }

    /** Images above what each model makes of them: one of each label, or ten where the dataset has no labels. */
    public static void writeImages(Path file, Dataset dataset, List<Learner> models) throws IOException {
        List<Integer> chosen = choose(dataset);
        Picture picture = new Picture(
                models.size() + 1, chosen.size(), dataset.rows(), dataset.columns(), IMAGE_SCALE, IMAGE_GAP);
        for (int i = 0; i < chosen.size(); i++) {
            byte[] original = dataset.images().get(chosen.get(i));
            picture.draw(0, i, original);
            for (int model = 0; model < models.size(); model++) {
                picture.draw(model + 1, i, reconstruct(models.get(model), original));
            }
        }
        picture.write(file);
    }

    /** Each original above its reconstruction; all uint8, row-major, of the same shape; at least one. */
    public static void writePairs(Path file, int columns, List<byte[]> originals, List<byte[]> reconstructions)
            throws IOException {
        int rows = originals.get(0).length / columns;
        Picture picture = new Picture(2, originals.size(), rows, columns, IMAGE_SCALE, IMAGE_GAP);
        for (int i = 0; i < originals.size(); i++) {
            picture.draw(0, i, originals.get(i));
            picture.draw(1, i, reconstructions.get(i));
        }
        picture.write(file);
    }

    /**
     * A row of images, left of which stands what they have in common.
     *
     * @param images uint8, row-major, of one shape; empty where there is none
     */
    public record Row(String caption, List<Optional<byte[]>> images) {}

    /**
     * Rows of images; where one is missing the grey of the background is left.
     *
     * @param columns of an image
     * @param rows at least one
     */
    public static void writeRows(Path file, int imageRows, int columns, List<Row> rows) throws IOException {
        int longest = rows.stream().mapToInt(row -> row.images.size()).max().orElseThrow();
        Picture picture = new Picture(rows.size(), longest, imageRows, columns, SHEET_SCALE, SHEET_GAP, SHEET_MARGIN);
        picture.fill(SHEET_GREY);
        for (int row = 0; row < rows.size(); row++) {
            picture.caption(row, rows.get(row).caption);
            for (int column = 0; column < rows.get(row).images.size(); column++) {
                Optional<byte[]> image = rows.get(row).images.get(column);
                if (image.isPresent()) {
                    picture.draw(row, column, image.get());
                }
            }
        }
        picture.write(file);
    }

    /** The weights of every unit of the first layer: grey is 0, black negative, white positive. */
    static void writeFilters(Path file, Dataset dataset, Learner model) throws IOException {
        int units = model.architecture().hiddenUnits(0);
        int pixels = model.architecture().inputs();
        String weights = model.state().tensors().get(0).name();
        byte[] greys = FilterPixels.of(model.state().parameter(weights), units).greys();
        int rows = (units + FILTERS_PER_ROW - 1) / FILTERS_PER_ROW;
        Picture picture = new Picture(
                rows, Math.min(units, FILTERS_PER_ROW), dataset.rows(), dataset.columns(), FILTER_SCALE, FILTER_GAP);
        picture.fill(255); // black would look like a weight
        for (int unit = 0; unit < units; unit++) {
            picture.draw(
                    unit / FILTERS_PER_ROW,
                    unit % FILTERS_PER_ROW,
                    Arrays.copyOfRange(greys, unit * pixels, (unit + 1) * pixels));
        }
        picture.write(file);
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

    private static byte[] reconstruct(Learner learner, byte[] image) {
        MiniBatch batch = learner.newBatch();
        batch.add(image);
        ForwardPass forward = learner.reconstruct(batch);
        return Dtype.UINT8.encode(forward.reconstructions(), 0, image.length);
    }

    private void fill(int grey) {
        int[] greys = new int[picture.getWidth() * picture.getHeight()];
        Arrays.fill(greys, grey);
        picture.getRaster().setPixels(0, 0, picture.getWidth(), picture.getHeight(), greys);
    }

    private void caption(int row, String text) {
        Graphics2D graphics = picture.createGraphics();
        try {
            graphics.setColor(Color.WHITE);
            graphics.drawString(
                    text,
                    gap,
                    gap + row * cellHeight + (cellHeight + graphics.getFont().getSize()) / 2);
        } finally {
            graphics.dispose();
        }
    }

    private void draw(int row, int column, byte[] greys) {
        int left = margin + gap + column * cellWidth;
        int top = gap + row * cellHeight;
        for (int i = 0; i < greys.length; i++) {
            for (int dy = 0; dy < scale; dy++) {
                for (int dx = 0; dx < scale; dx++) {
                    // The raster, not setRGB: that would convert between colour spaces.
                    picture.getRaster()
                            .setSample(
                                    left + i % imageColumns * scale + dx,
                                    top + i / imageColumns * scale + dy,
                                    0,
                                    greys[i] & 0xff);
                }
            }
        }
    }

    private void write(Path file) throws IOException {
        if (!ImageIO.write(picture, "png", file.toFile())) {
            throw new IOException("this Java runtime cannot write PNG files");
        }
    }
}
