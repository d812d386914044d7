package io.sparsestream.api;

import io.sparsestream.learn.DivergedException;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Inference;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.model.ModelException;
import io.sparsestream.model.ModelFile;
import io.sparsestream.model.ModelFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sparse autoencoder that learns online, without Kafka. Vectors come and reconstructions go in the inputs' own units.
 *
 * <p>Not thread-safe: one thread at a time uses a model. The same settings and the same vectors in the same order give the same
 * bits, however they are divided into calls of {@link #train}.
 */
public final class SparseAutoencoder {
    private final Learner learner;
    private final MiniBatch waiting;
    private final Inference scorer; // by the learner's parameters, for a batch of one, which has nothing to wait for
    private final MiniBatch one;
    private boolean scorerIsOld; // whether the learner has made a step whose errors the scorer does not know

    /** @param product of the scorer */
    private SparseAutoencoder(Learner learner, MatrixProduct product) {
        this.learner = learner;
        waiting = learner.newBatch();
        scorer = new Inference(
                learner.architecture(),
                learner.hyperparameters().with(Map.of("batch", "1")),
                learner.state().parameters(),
                product);
        one = scorer.newBatch();
        scorerIsOld = true;
    }

    /**
     * A new model.
     *
     * @param settings what it is to be
     * @return a model that has learned nothing
     * @throws IllegalArgumentException if the hyperparameters do not fit the layers
     */
    public static SparseAutoencoder of(AutoencoderSettings settings) {
        return new SparseAutoencoder(settings.newLearner(), settings.newProduct());
    }

    /**
     * Reads a model file with {@link Engine#AUTO}.
     *
     * @param file as {@link #load(Path, Engine)} takes it
     * @return the model
     * @throws IOException saying what is wrong with the file
     */
    public static SparseAutoencoder load(Path file) throws IOException {
        return load(file, Engine.AUTO);
    }

    /**
     * Reads a model file. One that {@link #save} has written goes on where the model was, bit for bit. One that {@code export}
     * has written holds the parameters, and mostly the errors that scores are compared with: learning begins with them at step 0,
     * the inputs' scale is counted anew.
     *
     * @param file its name ends in {@code .safetensors}, {@code .npz} or {@code .onnx}; an ONNX file needs
     *     {@code org.nd4j:nd4j-native-platform} on the class path
     * @param engine that multiplies matrices
     * @return the model
     * @throws IOException saying what is wrong with the file, or what reading it needs
     */
    public static SparseAutoencoder load(Path file, Engine engine) throws IOException {
        try {
            return new SparseAutoencoder(ModelFile.read(file).learner(engine.newProduct()), engine.newProduct());
        } catch (NoClassDefFoundError e) {
            throw withoutNd4j("reading", file, e);
        }
    }

    /**
     * Writes a model file that {@link #load} reads, as do the commands {@code evaluate}, {@code import} and
     * {@code train --from-file}. Vectors that wait are not in it.
     *
     * @param file its name ends in {@code .safetensors}, {@code .npz} or {@code .onnx}; an ONNX file needs
     *     {@code org.nd4j:nd4j-native-platform} on the class path
     * @throws IOException saying what cannot be written, such as weights that are not finite any more
     */
    public void save(Path file) throws IOException {
        ModelFormat format = ModelFormat.of(file);
        String name = file.getFileName().toString();
        String model = name.substring(0, name.length() - format.toString().length() - 1);
        try {
            ModelFile.of(model, learner, ModelFile.UNKNOWN_LICENSE).write(file, format);
        } catch (NoClassDefFoundError e) {
            throw withoutNd4j("writing", file, e);
        } catch (ModelException e) { // its message is for people who run the pipeline
            throw new IOException(
                    file + ": cannot be written, since learning has diverged and not all weights are finite: begin a"
                            + " new model with a lower learning-rate",
                    e);
        }
    }

    /** @param doing what takes the classes that are not there: only ONNX does */
    private static IOException withoutNd4j(String doing, Path file, NoClassDefFoundError cause) {
        return new IOException(
                doing + " " + file
                        + " needs org.nd4j:nd4j-native-platform on the class path: add it, or choose another format",
                cause);
    }

    /**
     * Learns. Vectors wait until they are as many as a mini-batch has; then a step is made.
     *
     * @param vectors [n × inputs], all of which are checked before any is learned from
     * @return what the steps have found
     * @throws IllegalArgumentException if one has another length, or a number that is not finite
     * @throws ArithmeticException if learning diverges, now and at each further call; the weights stay those before the step
     */
    public Training train(float[]... vectors) {
        for (int i = 0; i < vectors.length; i++) {
            require(vectors[i], i);
        }
        int steps = 0;
        double loss = 0;
        double mse = 0;
        for (float[] vector : vectors) {
            Optional<StepResult> step = add(vector);
            if (step.isPresent()) {
                steps++;
                loss += step.get().losses().total();
                mse += step.get().losses().mse();
            }
        }
        return new Training(steps, loss / steps, mse / steps);
    }

    /**
     * Learns from one vector, or lets it wait.
     *
     * @param vector as {@link #isVector} has it
     * @throws DivergedException as {@link #train} does
     */
    Optional<StepResult> add(float[] vector) {
        if (!waiting.isFull()) { // as it stays where it has made learning diverge
            waiting.add(vector, 0, MiniBatch.UNLABELLED);
        }
        if (!waiting.isFull()) {
            return Optional.empty();
        }
        StepResult step = learner.train(waiting);
        waiting.clear();
        scorerIsOld = true;
        return Optional.of(step);
    }

    /**
     * How unlike those it has learned from a vector is. Changes nothing.
     *
     * @param vector [inputs]
     * @return its score by the present weights
     * @throws IllegalArgumentException if it has another length, or a number that is not finite
     */
    public Score score(float[] vector) {
        ForwardPass forward = forward(vector, 0);
        return new Score(
                forward.mse()[0],
                forward.anomalies().deviation()[0],
                forward.anomalies().rank()[0],
                Arrays.copyOf(forward.reconstructions(), inputs()));
    }

    /**
     * How unlike those it has learned from each of some vectors is. Changes nothing. An honest score is that of a vector which the
     * model has not learned from: score first, then train.
     *
     * @param vectors [n × inputs]
     * @return n scores by the present weights
     * @throws IllegalArgumentException if one has another length, or a number that is not finite
     */
    public List<Score> score(float[][] vectors) {
        return Arrays.stream(vectors).map(this::score).toList();
    }

    /**
     * What the model makes of some vectors. Changes nothing.
     *
     * @param vectors [n × inputs]
     * @return [n × inputs], in their own units
     * @throws IllegalArgumentException if one has another length, or a number that is not finite
     */
    public float[][] reconstruct(float[][] vectors) {
        float[][] reconstructions = new float[vectors.length][];
        for (int i = 0; i < vectors.length; i++) {
            reconstructions[i] = Arrays.copyOf(forward(vectors[i], i).reconstructions(), inputs());
        }
        return reconstructions;
    }

    /**
     * The activations of the innermost layer for some vectors. Changes nothing.
     *
     * @param vectors [n × inputs]
     * @return [n × units of the innermost layer]
     * @throws IllegalArgumentException if one has another length, or a number that is not finite
     */
    public float[][] encode(float[][] vectors) {
        int innermost = learner.architecture().hiddenLayers() - 1;
        float[][] codes = new float[vectors.length][];
        for (int i = 0; i < vectors.length; i++) {
            codes[i] = Arrays.copyOf(
                    forward(vectors[i], i).activations()[innermost],
                    learner.architecture().hiddenUnits(innermost));
        }
        return codes;
    }

    /** @param index of the vector among those that were given, for people */
    private ForwardPass forward(float[] vector, int index) {
        require(vector, index);
        if (scorerIsOld) {
            scorer.setErrors(learner.state().errors());
            scorerIsOld = false;
        }
        one.clear();
        one.add(vector, 0, MiniBatch.UNLABELLED);
        return scorer.reconstruct(one);
    }

    private void require(float[] vector, int index) {
        if (!isVector(vector)) {
            String found = vector == null
                    ? "null"
                    : vector.length != inputs() ? "of " + vector.length + " numbers" : "not finite everywhere";
            throw new IllegalArgumentException(
                    "vector " + index + " must be of " + inputs() + " finite numbers, but is " + found);
        }
    }

    /** Whether it has as many numbers as there are inputs, all of them finite. */
    boolean isVector(float[] vector) {
        if (vector == null || vector.length != inputs()) {
            return false;
        }
        for (float number : vector) {
            if (!Float.isFinite(number)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Numbers of a vector.
     *
     * @return how many there are
     */
    public int inputs() {
        return learner.architecture().inputs();
    }

    /**
     * Training steps.
     *
     * @return how many were made
     */
    public long steps() {
        return learner.state().step();
    }

    /**
     * Vectors that wait until a mini-batch is full.
     *
     * @return how many there are: fewer than a mini-batch has
     */
    public int waiting() {
        return waiting.size();
    }

    /** Live. */
    Learner learner() {
        return learner;
    }
}
