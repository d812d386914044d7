package io.sparsestream.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.OrNone;
import io.sparsestream.message.PublishedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.StreamSupport;

/**
 * A model that has left the pipeline: what its topic held, and its licence. Every format holds the parameters by their
 * names, and as text metadata the manifest, so that a file can come back as what it was.
 */
public final class ModelFile {
    private static final String MANIFEST = "manifest";
    private static final String LICENSE = "license";
    private static final String STATE = "state";
    private static final String ERRORS = "errors";

    /** The licence of a model of which nobody has told one: what it has learned from may have any. */
    public static final String UNKNOWN_LICENSE = "unknown";

    private static final int LARGEST = Integer.MAX_VALUE - 8; // an array in Java

    private final PublishedModel model;
    private final String license;
    private final Optional<LearnerState> state; // empty where only the parameters are known

    private ModelFile(PublishedModel model, String license, Optional<LearnerState> state) {
        this.model = model;
        this.license = license;
        this.state = state;
    }

    /**
     * The parameters alone.
     *
     * @param license of the parameters, for people
     */
    public ModelFile(PublishedModel model, String license) {
        this(model, license, Optional.empty());
    }

    /** A learner as it is now, which can go on from the file; its arrays are live. */
    public static ModelFile of(String name, Learner learner, String license) {
        Checkpoint.Parameters parameters = Checkpoint.Parameters.of(name, learner.state());
        Manifest manifest = new Manifest(
                name,
                learner.architecture().sizes(),
                learner.hyperparameters(),
                learner.state().step(),
                learner.state().images(),
                OrNone.write(OptionalLong.empty()),
                parameters.entries());
        return new ModelFile(
                new PublishedModel(manifest, learner.state().parameters()),
                license,
                Optional.of(LearnerState.of(learner)));
    }

    public PublishedModel model() {
        return model;
    }

    /** Of the parameters, for people. */
    public String license() {
        return license;
    }

    /** The same with another licence. */
    public ModelFile withLicense(String other) {
        return new ModelFile(model, other, state);
    }

    /**
     * A learner with these parameters. It goes on where the file's was, if the file has all that this takes; else it begins
     * with the parameters, at step 0.
     *
     * @throws IOException if what the file has besides the parameters is not that of such a learner
     */
    public Learner learner(MatrixProduct product) throws IOException {
        Learner learner;
        try {
            learner = model.learner(product);
        } catch (IllegalArgumentException e) {
            throw new IOException("the file's errors are not those of its model: " + e.getMessage(), e);
        }
        if (state.isPresent()) {
            state.get().copyInto(learner, model.step(), model.manifest().images());
        }
        return learner;
    }

    /**
     * Writes the file whole, or not at all. An ONNX file, which is for others to run, holds the parameters alone.
     *
     * @throws IOException saying what cannot be written
     */
    public void write(Path file, ModelFormat format) throws IOException {
        byte[] bytes = switch (format) {
            case SAFETENSORS -> Safetensors.encode(tensors(), contentWithState());
            case NPZ -> Npz.encode(tensors(), contentWithState());
            case ONNX -> Onnx.encode(model, content());
        };
        WholeFile.write(file, bytes);
    }

    private List<Tensor> tensors() {
        List<Tensor> tensors = new ArrayList<>(model.tensors());
        if (state.isPresent()) {
            tensors.addAll(LearnerState.tensors(model.tensors()));
        }
        return tensors;
    }

    private Content contentWithState() {
        Content content = content();
        if (state.isEmpty()) {
            return content;
        }
        Map<String, float[]> arrays = new LinkedHashMap<>(content.tensors());
        arrays.putAll(state.get().moments());
        Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
        metadata.put(STATE, state.get().text());
        return new Content(arrays, metadata);
    }

    private Content content() {
        Manifest manifest = model.manifest();
        Map<String, String> metadata = new LinkedHashMap<>();
        // One by one for people, and together for the way back.
        metadata.put("model", manifest.model());
        metadata.put("architecture", model.architecture().toString());
        metadata.put("step", Long.toString(manifest.step()));
        metadata.put("images", Long.toString(manifest.images()));
        metadata.put("next_offset", Long.toString(manifest.nextOffset()));
        metadata.put("hyperparameters", Json.text(manifest.hyperparameters()));
        if (manifest.input() != null) {
            metadata.put("input", Json.text(manifest.input()));
        }
        metadata.put(LICENSE, license);
        metadata.put(MANIFEST, Json.text(manifest));
        if (!model.errors().isEmpty()) {
            metadata.put(ERRORS, Json.text(model.errors()));
        }
        return new Content(model.parameters(), metadata);
    }

    /**
     * Reads a file by the format that its name ends in.
     *
     * @throws IOException saying what is wrong with it
     */
    public static ModelFile read(Path file) throws IOException {
        ModelFormat format = ModelFormat.of(file);
        if (!Files.isRegularFile(file)) {
            throw new IOException("model file " + file + " does not exist");
        }
        long size = Files.size(file);
        long room = Math.min(LARGEST, Runtime.getRuntime().maxMemory() / 2); // its bytes, and what they are read into
        if (size > room) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "%s: a file of %,d bytes does not fit into memory, where there is room for %,d",
                    file,
                    size,
                    room));
        }
        byte[] bytes = Files.readAllBytes(file);
        try {
            return of(
                    switch (format) {
                        case SAFETENSORS -> Safetensors.decode(bytes);
                        case NPZ -> Npz.decode(bytes);
                        case ONNX -> Onnx.decode(bytes);
                    });
        } catch (IOException | IllegalArgumentException e) {
            String why = e.getMessage() == null ? "it is truncated" : Json.line(e.getMessage());
            throw new IOException(file + ": not a model in the format " + format + ": " + why, e);
        }
    }

    private static ModelFile of(Content content) {
        String json = content.metadata().get(MANIFEST);
        if (json == null) {
            throw new IllegalArgumentException("its metadata have no manifest, as export writes one");
        }
        Manifest manifest = Json.read(json, Manifest.class);
        Map<String, Long> checksums = new LinkedHashMap<>();
        manifest.tensors().forEach(entry -> checksums.put(entry.name(), entry.crc32c()));
        Map<String, float[]> parameters = new LinkedHashMap<>();
        for (Tensor tensor : manifest.hyperparameters().tensors(new Architecture(manifest.architecture()))) {
            parameters.put(tensor.name(), content.tensors().get(tensor.name()));
        }
        PublishedModel model = new PublishedModel(manifest, parameters, errors(content));
        parameters.forEach((name, values) -> {
            Long checksum = checksums.get(name);
            if (checksum == null || checksum != PublishedModel.crc32c(List.of(values))) {
                throw new IllegalArgumentException(
                        "tensor " + name + " does not match the manifest's checksum: export it again");
            }
        });
        return new ModelFile(
                model,
                content.metadata().getOrDefault(LICENSE, UNKNOWN_LICENSE),
                Optional.ofNullable(content.metadata().get(STATE))
                        .map(text -> LearnerState.of(text, model.tensors(), content.tensors())));
    }

    /** None in what earlier versions have exported. */
    private static Map<String, double[]> errors(Content content) {
        String json = content.metadata().get(ERRORS);
        Map<String, double[]> errors = new LinkedHashMap<>();
        if (json != null) {
            Json.tree(json.getBytes(StandardCharsets.UTF_8))
                    .properties()
                    .forEach(array -> errors.put(
                            array.getKey(),
                            StreamSupport.stream(array.getValue().spliterator(), false)
                                    .mapToDouble(JsonNode::asDouble)
                                    .toArray()));
        }
        return errors;
    }
}
