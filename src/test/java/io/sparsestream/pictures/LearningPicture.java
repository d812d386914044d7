package io.sparsestream.pictures;

import io.sparsestream.compare.MeanImages;
import io.sparsestream.compare.Picture;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.replay.ShuffledStream;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a model learns, as an animation: reconstructions of held-out digits grow sharp, and units of the first layer come to
 * answer to few of them. The frames are at steps that double, so the first steps have as much room as the last.
 */
final class LearningPicture {
    private static final String MODEL = "selective";
    private static final int UNITS = 32;
    private static final int IMAGES = 2000; // whose mean shows what a unit answers to
    private static final int WIDTH = 840;
    private static final int CENTISECONDS = 60;

    private final Dataset train;
    private final Dataset test;
    private final List<Frame> frames = new ArrayList<>();

    private record Frame(long step, BufferedImage digits, MeanImages units) {}

    LearningPicture(Path data) throws IOException {
        train = Dataset.read(data, Split.TRAIN);
        Dataset whole = Dataset.read(data, Split.TEST);
        test = new Dataset(
                whole.name(),
                whole.split(),
                whole.rows(),
                whole.columns(),
                whole.images().subList(0, IMAGES),
                Arrays.copyOf(whole.labels(), IMAGES));
    }

    /** @param steps of the last frame */
    void write(Path file, long steps) throws IOException {
        Learner learner = new Autoencoder(
                Hyperparameters.presetArchitecture(MODEL), Hyperparameters.preset(MODEL), new OpenBlas());
        ShuffledStream stream =
                new ShuffledStream(train.size(), learner.hyperparameters().seed());
        MiniBatch batch = learner.newBatch();
        long image = 0;
        long next = 10;
        add(learner);
        for (long step = 1; step <= steps; step++) {
            while (!batch.isFull()) {
                batch.add(train.images().get(stream.index(image++)));
            }
            learner.train(batch);
            batch.clear();
            if (step == next || step == steps) {
                add(learner);
                next *= 2;
            }
        }
        List<Integer> units = frames.get(frames.size() - 1).units.strongest().stream()
                .limit(UNITS)
                .toList();
        AnimatedGif.write(file, frames.stream().map(frame -> draw(frame, units)).toList(), CENTISECONDS);
    }

    private void add(Learner learner) {
        frames.add(new Frame(
                learner.state().step(), Picture.images(test, Map.of(MODEL, learner)), MeanImages.of(learner, test)));
    }

    /** Digits above units, at the size at which they are shown. */
    private BufferedImage draw(Frame frame, List<Integer> units) {
        String title = String.format(
                Locale.ROOT, "step %,d: what units of the first layer answer to (orange: ink, blue: none)", frame.step);
        BufferedImage fields = Picture.fields(title, test.rows(), test.columns(), frame.units, units);
        int height = scaled(frame.digits) + scaled(fields);
        BufferedImage drawn = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = drawn.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.setColor(new Color(frame.digits.getRGB(0, 0)));
        graphics.fillRect(0, 0, WIDTH, height);
        graphics.drawImage(frame.digits, 0, 0, frame.digits.getWidth() / 2, scaled(frame.digits), null);
        graphics.drawImage(fields, 0, scaled(frame.digits), fields.getWidth() / 2, scaled(fields), null);
        graphics.dispose();
        return drawn;
    }

    private static int scaled(BufferedImage picture) {
        return picture.getHeight() / 2;
    }
}
