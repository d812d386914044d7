package io.sparsestream.crash;

import io.sparsestream.api.Engine;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What the models of a run are, and in what circumstances they learn.
 *
 * @param kind of the layers
 * @param batch images of a mini-batch
 * @param checkpointInterval seconds
 * @param timestamps of the images
 * @param clockJumps whether the wall clock of the trainers jumps back and forth
 * @param engine what multiplies the trainers' matrices, and those of who is compared with them
 */
record Shape(
        Kind kind,
        int batch,
        Architecture layers,
        double checkpointInterval,
        Timestamps timestamps,
        boolean clockJumps,
        Engine engine) {
    /** What people get who choose nothing. */
    static final Shape USUAL = new Shape(
            Kind.SIGMOID, Hyperparameters.SPARSE.batch(), Architecture.DEFAULT, 1, Timestamps.NOW, false, Engine.AUTO);

    private static final int PIXELS = 784;
    private static final int MOST_HIDDEN_LAYERS = 5;
    private static final double LEAST_INTERVAL = 0.1;
    private static final double GREATEST_INTERVAL = 5;

    /** What a step and an image take at least, in seconds for a parameter: measured on a slow machine. */
    private static final double STEP = 5e-9;

    private static final double IMAGE = 1.5e-9;
    private static final double OVERHEAD = 1.5e-4;

    /** Seconds of a checkpoint's writing, for a parameter. */
    private static final double CHECKPOINT = 4e-7;

    /**
     * Draws one. Sizes are drawn so that each order of magnitude is as frequent as another: it is small layers and small
     * mini-batches, as well as large ones, in which programs differ.
     *
     * @param widest units of a hidden layer
     * @param greatest images of a mini-batch
     */
    static Shape draw(SplittableRandom random, int widest, int greatest) {
        int batch = (int) logUniform(random, 1, greatest);
        List<Integer> sizes = new ArrayList<>();
        sizes.add(PIXELS);
        int hidden = 1 + 2 * random.nextInt((MOST_HIDDEN_LAYERS + 1) / 2);
        for (int i = 0; i < hidden; i++) {
            sizes.add((int) logUniform(random, 1, widest));
        }
        sizes.add(PIXELS);
        Architecture layers = new Architecture(sizes);
        double interval = logUniform(random, LEAST_INTERVAL, GREATEST_INTERVAL);
        Timestamps timestamps = Timestamps.values()[random.nextInt(Timestamps.values().length)];
        double leastInterval = parameters(layers) * CHECKPOINT;
        return new Shape(
                Kind.SIGMOID,
                batch,
                layers,
                Math.round(100 * Math.max(interval, leastInterval)) / 100.0,
                timestamps,
                random.nextBoolean(),
                Engine.AUTO);
    }

    /** Between both, included. */
    private static double logUniform(SplittableRandom random, double least, double greatest) {
        return Math.min(greatest, least * Math.pow((greatest + 1) / least, random.nextDouble()));
    }

    /** How many images a model of this shape learns in so many seconds, by a rough estimate that is rather too low. */
    long imagesIn(double seconds) {
        double parameters = parameters(layers);
        return (long) (seconds / ((parameters * STEP + OVERHEAD) / batch + parameters * IMAGE));
    }

    private static long parameters(Architecture layers) {
        return layers.tensors().stream().mapToLong(Tensor::size).sum();
    }

    /** With such layers and mini-batches as this kind has in a run of that many images. */
    Shape withKind(Kind other, int images) {
        return new Shape(
                other, other.of(batch, images), other.of(layers), checkpointInterval, timestamps, clockJumps, engine);
    }

    /** What a trainer is to be told of them. */
    List<String> arguments() {
        List<String> arguments =
                new ArrayList<>(List.of("--batch", Integer.toString(batch), "--layers", layers.toString()));
        kind.settings(layers).forEach((name, value) -> arguments.addAll(List.of("--" + name, value)));
        arguments.addAll(kind.inputArguments());
        arguments.addAll(List.of("--engine", engine.name().toLowerCase(Locale.ROOT)));
        return arguments;
    }

    /** Those of a trainer that was told so. */
    Hyperparameters hyperparameters() {
        return kind.hyperparameters(batch, layers);
    }

    Shape withBatch(int other) {
        return new Shape(kind, other, layers, checkpointInterval, timestamps, clockJumps, engine);
    }

    Shape withLayers(Architecture other) {
        return new Shape(kind, batch, other, checkpointInterval, timestamps, clockJumps, engine);
    }

    Shape withTimestamps(Timestamps other) {
        return new Shape(kind, batch, layers, checkpointInterval, other, clockJumps, engine);
    }

    Shape withClockJumps(boolean others) {
        return new Shape(kind, batch, layers, checkpointInterval, timestamps, others, engine);
    }

    Shape withEngine(Engine other) {
        return new Shape(kind, batch, layers, checkpointInterval, timestamps, clockJumps, other);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s, batch %d, layers %s, a checkpoint every %s s, timestamps %s, the clock %s",
                kind,
                batch,
                layers,
                checkpointInterval,
                timestamps,
                clockJumps ? "jumps" : "goes right");
    }
}
