package io.sparsestream.cli;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.message.PixelFormat;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Ten images above their reconstructions, as a PNG: one of each digit where the dataset has labels. */
final class Picture {
    private static final int COLUMNS = 10;
    private static final int SCALE = 4;
    private static final int GAP = 4;

    private Picture() {}

    static void write(Path file, Dataset dataset, Learner learner) throws IOException {
        List<Integer> chosen = choose(dataset);
        int width = dataset.columns() * SCALE + GAP;
        int height = dataset.rows() * SCALE + GAP;
        BufferedImage picture =
                new BufferedImage(chosen.size() * width + GAP, 2 * height + GAP, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < chosen.size(); i++) {
            byte[] original = dataset.images().get(chosen.get(i));
            draw(picture, original, dataset.columns(), GAP + i * width, GAP);
            draw(picture, reconstruct(learner, original), dataset.columns(), GAP + i * width, GAP + height);
        }
        if (!ImageIO.write(picture, "png", file.toFile())) {
            throw new IOException("this Java runtime cannot write PNG files");
        }
    }

    private static List<Integer> choose(Dataset dataset) {
        List<Integer> chosen = new ArrayList<>();
        if (dataset.labels().length == 0) {
            for (int i = 0; i < Math.min(COLUMNS, dataset.size()); i++) {
                chosen.add(i);
            }
            return chosen;
        }
        for (int digit = 0; digit < COLUMNS; digit++) {
            int index = 0;
            while (index < dataset.size() && dataset.labels()[index] != digit) {
                index++;
            }
            if (index < dataset.size()) {
                chosen.add(index);
            }
        }
        return chosen;
    }

    private static byte[] reconstruct(Learner learner, byte[] image) {
        MiniBatch batch = learner.newBatch();
        batch.add(image);
        ForwardPass forward = learner.reconstruct(batch);
        return PixelFormat.UINT8.encode(forward.reconstructions(), 0, image.length);
    }

    private static void draw(BufferedImage picture, byte[] greys, int columns, int left, int top) {
        for (int i = 0; i < greys.length; i++) {
            for (int dy = 0; dy < SCALE; dy++) {
                for (int dx = 0; dx < SCALE; dx++) {
                    // The raster, not setRGB: that would convert between colour spaces.
                    picture.getRaster()
                            .setSample(
                                    left + i % columns * SCALE + dx,
                                    top + i / columns * SCALE + dy,
                                    0,
                                    greys[i] & 0xff);
                }
            }
        }
    }
}
