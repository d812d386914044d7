package io.sparsestream.dataset;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/** Reads a directory of PNG files as greys, the label of each by the name of the directory in it that the file is in. */
final class PngDirectory {
    private static final long MOST_PIXELS = 1 << 24;

    /** Bits that a byte of deflated data can stand for, at most. */
    private static final long MOST_BITS_OF_BYTE = 8 * 1032;

    private PngDirectory() {}

    static Samples read(Path directory, String name) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".png"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (files.isEmpty()) {
            throw new DatasetException(
                    "directory " + directory + " has neither IDX nor PNG files: name another with --data");
        }
        Room room = new Room();
        List<byte[]> greys = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        int width = 0;
        int height = 0;
        for (Path file : files) {
            BufferedImage image = read(file);
            if (greys.isEmpty()) {
                width = image.getWidth();
                height = image.getHeight();
            } else if (image.getWidth() != width || image.getHeight() != height) {
                throw new DatasetException(file + ": is of " + image.getHeight() + "x" + image.getWidth()
                        + " pixels, where " + files.get(0) + " is of " + height + "x" + width);
            }
            room.take(file.toString(), width * height);
            greys.add(greys(image));
            Path within = directory.relativize(file);
            labels.add(within.getNameCount() > 1 ? within.getName(0).toString() : "");
        }
        boolean isLabelled = labels.stream().noneMatch(String::isEmpty);
        return new Samples(
                name,
                greys.size(),
                height + "x" + width,
                height * width,
                List.of(),
                true,
                (sample, column) -> Byte.toUnsignedInt(greys.get(sample)[column]),
                isLabelled ? labels : List.of());
    }

    private static BufferedImage read(Path file) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
            reader.setInput(in, true, true);
            long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
            // What a header claims is memory that is taken before anything is read.
            int bits = reader.getRawImageType(0).getColorModel().getPixelSize(); // 1 … 64
            if (pixels > MOST_PIXELS || pixels * bits > MOST_BITS_OF_BYTE * Files.size(file)) {
                throw new DatasetException(file + ": claims to have " + pixels + " pixels, which are too many");
            }
            return reader.read(0);
        } catch (DatasetException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // a damaged file may lead the reader anywhere
            throw new DatasetException(file + ": not a PNG file: " + e.getMessage(), e);
        } finally {
            reader.dispose();
        }
    }

    /** Luma of ITU-R BT.601; of a grey itself, to which Java's colours would apply a curve. Opacity does not count. */
    private static byte[] greys(BufferedImage image) {
        byte[] greys = new byte[image.getWidth() * image.getHeight()];
        ColorModel colours = image.getColorModel();
        boolean isGrey = colours.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        int beyond = colours.getComponentSize(0) - Byte.SIZE; // bits, of a grey
        int[] row = new int[image.getWidth()];
        for (int y = 0, i = 0; y < image.getHeight(); y++) {
            if (isGrey) {
                image.getRaster().getSamples(0, y, row.length, 1, 0, row);
            } else {
                image.getRGB(0, y, row.length, 1, row, 0, row.length);
            }
            for (int x = 0; x < row.length; x++, i++) {
                if (isGrey) {
                    greys[i] = (byte) (row[x] >>> beyond);
                    continue;
                }
                int colour = row[x];
                greys[i] = (byte) Math.round(
                        0.299 * (colour >> 16 & 0xff) + 0.587 * (colour >> 8 & 0xff) + 0.114 * (colour & 0xff));
            }
        }
        return greys;
    }
}
