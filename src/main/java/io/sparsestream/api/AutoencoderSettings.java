package io.sparsestream.api;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.ScaledLearner;
import java.util.Arrays;
import java.util.Map;

/**
 * What a model is to be: its layers, its hyperparameters, its engine. Immutable; each method returns a changed copy.
 *
 * <pre>{@code
 * AutoencoderSettings.preset("vectors").inputs(4).with("learning-rate", 0.002).seed(7)
 * }</pre>
 */
public final class AutoencoderSettings {
    private final Architecture architecture;
    private final Hyperparameters hyperparameters;
    private final Engine engine;

    private AutoencoderSettings(Architecture architecture, Hyperparameters hyperparameters, Engine engine) {
        this.architecture = architecture;
        this.hyperparameters = hyperparameters;
        this.engine = engine;
    }

    /**
     * Begins with a preset.
     *
     * @param name {@code vectors} for records of any kind; {@code plain}, {@code sparse}, {@code sharp}, {@code selective} or
     *     {@code dictionary} for numbers between 0 and 1
     * @return its layers, of which {@link #inputs} changes the outer ones, its hyperparameters, and {@link Engine#AUTO}
     * @throws IllegalArgumentException if there is no preset of that name
     */
    public static AutoencoderSettings preset(String name) {
        return new AutoencoderSettings(
                Hyperparameters.presetArchitecture(name), Hyperparameters.preset(name), Engine.AUTO);
    }

    /**
     * Chooses the number of inputs.
     *
     * @param inputs numbers of a vector, at least 1; the hidden layers stay
     * @return a changed copy
     * @throws IllegalArgumentException if it is less than 1
     */
    public AutoencoderSettings inputs(int inputs) {
        return new AutoencoderSettings(architecture.withInputs(inputs), hyperparameters, engine);
    }

    /**
     * Chooses all layers.
     *
     * @param sizes units of each, inputs and outputs included, such as {@code 784, 300, 30, 300, 784}
     * @return a changed copy
     * @throws IllegalArgumentException if they are not those of an autoencoder
     */
    public AutoencoderSettings layers(int... sizes) {
        return new AutoencoderSettings(
                new Architecture(Arrays.stream(sizes).boxed().toList()), hyperparameters, engine);
    }

    /**
     * Chooses a hyperparameter.
     *
     * @param name as on the command line of {@code train}, such as {@code batch}, {@code learning-rate} or {@code activation}
     * @param value a number, or text such as {@code topk:8}
     * @return a changed copy
     * @throws IllegalArgumentException if there is none of that name, or it cannot have that value
     */
    public AutoencoderSettings with(String name, Object value) {
        return new AutoencoderSettings(architecture, hyperparameters.with(Map.of(name, String.valueOf(value))), engine);
    }

    /**
     * Chooses the seed of the initial weights.
     *
     * @param seed any number
     * @return a changed copy
     */
    public AutoencoderSettings seed(long seed) {
        return with("seed", seed);
    }

    /**
     * Chooses how inputs are scaled; the scale is learned from the vectors as they come.
     *
     * @param scale {@code none}, {@code minmax}, or {@code standard} for standard deviations from the mean
     * @return a changed copy
     * @throws IllegalArgumentException if there is none of that name
     */
    public AutoencoderSettings scale(String scale) {
        return with("scale", scale);
    }

    /**
     * Chooses whether what looks abnormal is learned from with less weight.
     *
     * @param robust whether it is
     * @return a changed copy
     */
    public AutoencoderSettings robust(boolean robust) {
        return with("robust", robust);
    }

    /**
     * Chooses what multiplies matrices.
     *
     * @param engine that does
     * @return a changed copy
     */
    public AutoencoderSettings engine(Engine engine) {
        return new AutoencoderSettings(architecture, hyperparameters, engine);
    }

    Engine engine() {
        return engine;
    }

    /** @throws IllegalArgumentException if the hyperparameters do not fit the layers */
    Learner newLearner() {
        return ScaledLearner.of(new Autoencoder(architecture, hyperparameters, newProduct()));
    }

    MatrixProduct newProduct() {
        return engine.newProduct();
    }

    /** Layers and hyperparameters, in the form in which the command line takes them. */
    @Override
    public String toString() {
        return architecture + " " + hyperparameters.values();
    }
}
