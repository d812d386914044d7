package io.sparsestream.model;

import io.sparsestream.learn.ActivationKind;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Json;
import io.sparsestream.message.PublishedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Directories in which libraries for sparse autoencoders keep a dictionary: a safetensors file and {@code cfg.json}. As here,
 * they subtract the decoder's bias from the input.
 */
public enum DictionaryFormat {
    /** SAELens, from version 6: standard, topk and jumprelu; a batchtopk model becomes a jumprelu one. */
    SAELENS("sae_weights.safetensors"),
    /** EleutherAI's sparsify: topk alone. */
    SPARSIFY("sae.safetensors");

    private static final String CONFIGURATION = "cfg.json";
    private static final String DENSITY = "sparsity.safetensors"; // SAELens' name for the logarithms of the densities

    /** As SAELens adds it, so that the logarithm of a dead unit's density is −10. */
    private static final double ABOVE_ZERO = 1e-10;

    private final String weights;

    DictionaryFormat(String weights) {
        this.weights = weights;
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Writes the files; those of an earlier export are replaced.
     *
     * @param directory made if it is not there
     * @param density share of the images for which each unit is active [units], which {@link #SAELENS} has a file for; empty
     *     if that is not known
     * @throws ModelException if the format cannot hold the model
     * @throws IOException saying what cannot be written
     */
    public void write(ModelFile file, Path directory, Optional<double[]> density) throws IOException {
        PublishedModel model = file.model();
        check(model);
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new IOException(directory + " is a file: " + this + " needs a directory");
        }
        Map<Tensor, float[]> tensors = new LinkedHashMap<>();
        Map<String, Object> configuration = new LinkedHashMap<>();
        if (this == SAELENS) {
            saelens(model, tensors, configuration);
        } else {
            sparsify(model, tensors, configuration);
        }
        Map<String, float[]> byName = new LinkedHashMap<>();
        tensors.forEach((tensor, values) -> byName.put(tensor.name(), values));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt");
        metadata.put("model", model.manifest().model());
        metadata.put("step", Long.toString(model.step()));
        metadata.put("license", file.license());
        if (model.manifest().input() != null) {
            metadata.put("input", Json.text(model.manifest().input()));
        }
        Files.createDirectories(directory);
        WholeFile.write(
                directory.resolve(weights),
                Safetensors.encode(List.copyOf(tensors.keySet()), new Content(byName, metadata)));
        WholeFile.write(directory.resolve(CONFIGURATION), Json.pretty(configuration));
        Files.deleteIfExists(directory.resolve(DENSITY)); // another model's
        if (this == SAELENS && density.isPresent()) {
            writeDensity(density.get(), directory.resolve(DENSITY), metadata);
        }
    }

    private static void writeDensity(double[] density, Path path, Map<String, String> metadata) throws IOException {
        float[] logarithms = new float[density.length];
        for (int j = 0; j < logarithms.length; j++) {
            logarithms[j] = (float) Math.log10(density[j] + ABOVE_ZERO);
        }
        Tensor tensor = new Tensor("sparsity", List.of(logarithms.length));
        WholeFile.write(
                path, Safetensors.encode(List.of(tensor), new Content(Map.of(tensor.name(), logarithms), metadata)));
    }

    private void check(PublishedModel model) {
        Hyperparameters hyperparameters = model.hyperparameters();
        String name = model.manifest().model();
        if (!hyperparameters.isDictionary(model.architecture())) {
            throw new ModelException("model " + name + " with the layers " + model.architecture() + ", the activation "
                    + hyperparameters.activationText() + " and the output " + hyperparameters.output() + " is no"
                    + " dictionary, which " + this + " needs: train one with three layers, an activation other than"
                    + " sigmoid, and --output linear");
        }
        ActivationKind activation = hyperparameters.activation(0);
        if (this == SPARSIFY && activation.shape() != ActivationKind.Shape.TOPK) {
            throw new ModelException("model " + name + " has the activation " + activation
                    + ", and sparsify only topk: export it as saelens");
        }
        if (hyperparameters.scale().isGiven()) {
            throw new ModelException("model " + name + " scales its inputs ("
                    + hyperparameters.scale().shape() + "), which " + this
                    + " cannot do: export it as onnx, whose graph scales them, or train one with --scale none");
        }
    }

    private static void saelens(PublishedModel model, Map<Tensor, float[]> tensors, Map<String, Object> configuration) {
        Architecture architecture = model.architecture();
        ActivationKind activation = model.hyperparameters().activation(0);
        int pixels = architecture.inputs();
        int units = architecture.hiddenUnits(0);
        tensors.put(
                new Tensor("W_enc", List.of(pixels, units)), model.parameters().get("w_e_1"));
        tensors.put(new Tensor("b_enc", List.of(units)), model.parameters().get("b_e_1"));
        tensors.put(
                new Tensor("W_dec", List.of(units, pixels)), model.parameters().get("w_d_1"));
        tensors.put(new Tensor("b_dec", List.of(pixels)), model.parameters().get("b_d_1"));
        configuration.put(
                "architecture",
                switch (activation.shape()) {
                    case TOPK -> "topk";
                    case BATCHTOPK, JUMPRELU -> "jumprelu";
                    case RELU, SIGMOID -> "standard";
                });
        configuration.put("d_in", pixels);
        configuration.put("d_sae", units);
        configuration.put("dtype", "float32");
        configuration.put("device", "cpu");
        configuration.put("apply_b_dec_to_input", true);
        configuration.put("normalize_activations", "none");
        configuration.put("reshape_activations", "none");
        float[] theta = model.parameters().get(Hyperparameters.theta(0));
        switch (activation.shape()) {
            case TOPK -> {
                configuration.put("k", activation.k());
                configuration.put("rescale_acts_by_decoder_norm", false);
            }
            case JUMPRELU -> tensors.put(new Tensor("threshold", List.of(units)), theta);
            case BATCHTOPK -> {
                // One for all here, and a sum equal to it is kept; there one for each unit, and the sum has to be
                // above.
                float[] thresholds = new float[units];
                Arrays.fill(thresholds, Math.nextDown(Math.max(theta[0], Float.MIN_VALUE)));
                tensors.put(new Tensor("threshold", List.of(units)), thresholds);
            }
            case RELU, SIGMOID -> {} // nothing besides
        }
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("sae_lens_version", "6.0.0"); // whose layout this is
        metadata.put("training_architecture", activation.shape().toString());
        metadata.put("model_name", model.manifest().model());
        metadata.put("hook_name", "pixels");
        metadata.put("trained_with", "sparsestream");
        metadata.put("step", model.step());
        metadata.put("images", model.manifest().images());
        if (model.manifest().input() != null) {
            metadata.put("input", model.manifest().input());
        }
        configuration.put("metadata", metadata);
    }

    private static void sparsify(
            PublishedModel model, Map<Tensor, float[]> tensors, Map<String, Object> configuration) {
        Architecture architecture = model.architecture();
        int pixels = architecture.inputs();
        int units = architecture.hiddenUnits(0);
        tensors.put(
                new Tensor("encoder.weight", List.of(units, pixels)),
                transposed(model.parameters().get("w_e_1"), pixels, units));
        tensors.put(
                new Tensor("encoder.bias", List.of(units)), model.parameters().get("b_e_1"));
        tensors.put(
                new Tensor("W_dec", List.of(units, pixels)), model.parameters().get("w_d_1"));
        tensors.put(new Tensor("b_dec", List.of(pixels)), model.parameters().get("b_d_1"));
        configuration.put("activation", "topk");
        configuration.put("expansion_factor", Math.max(1, units / pixels)); // which num_latents overrules
        configuration.put("normalize_decoder", true);
        configuration.put("num_latents", units);
        configuration.put("k", model.hyperparameters().activation(0).k());
        configuration.put("multi_topk", false);
        configuration.put("skip_connection", false);
        configuration.put("transcode", false);
        configuration.put("d_in", pixels);
    }

    /** @param matrix [rows × columns] */
    private static float[] transposed(float[] matrix, int rows, int columns) {
        float[] transposed = new float[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = matrix[row * columns + column];
            }
        }
        return transposed;
    }
}
