package io.sparsestream.crash;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.support.AvroRecords;
import io.sparsestream.support.RegistryServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;

/** What the layers of a run's models do. */
enum Kind {
    SIGMOID(InputFormat.Kind.UINT8),
    TOPK(InputFormat.Kind.UINT8),
    BATCHTOPK(InputFormat.Kind.UINT8),
    JUMPRELU(InputFormat.Kind.UINT8),
    /** One hidden layer, of batchtopk, and a linear output. */
    DICTIONARY(InputFormat.Kind.UINT8),
    /** Records of JSON, whose scale is learned, robustly and with a linear output. */
    JSON(InputFormat.Kind.JSON),
    /** The same of float32. */
    FLOAT32(InputFormat.Kind.FLOAT32),
    /** The same of float32 around 0, whose scale is not learned, as it must be where there are several replicas. */
    UNSCALED(InputFormat.Kind.FLOAT32),
    /** The same of Avro, with a schema registry in this process. */
    AVRO(InputFormat.Kind.AVRO);

    private static final String SCHEMA = "{\"type\":\"array\",\"items\":\"float\"}";
    private static final int SCHEMA_ID = 1;

    /** Begins when it is asked for, and ends with the process. */
    private static final class Registry {
        private static final String URL = start();

        private static String start() {
            try {
                RegistryServer server = new RegistryServer();
                server.register(SCHEMA); // the first one
                return server.url();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** One of that many units of a layer is active for an image. */
    private static final int FEW = 40;

    /** Steps of a run whose units are to fall silent for long enough to be revived, and more than once. */
    private static final int LEAST_STEPS = 2000;

    private final InputFormat.Kind records;

    /** @param records what their values are */
    Kind(InputFormat.Kind records) {
        this.records = records;
    }

    /** Such layers as this kind has: a dictionary keeps the widest hidden one alone. */
    Architecture of(Architecture layers) {
        List<Integer> sizes = layers.sizes();
        return this == DICTIONARY
                ? Architecture.of(
                        sizes.get(0), Collections.max(sizes.subList(1, sizes.size() - 1)), sizes.get(sizes.size() - 1))
                : layers;
    }

    /** So many images of a mini-batch that units die and are revived in a run of that many images. */
    int of(int batch, int images) {
        return this == SIGMOID || isOfVectors() ? batch : Math.max(1, Math.min(batch, images / LEAST_STEPS));
    }

    /** What people would have to set, by the names of the options. */
    Map<String, String> settings(Architecture layers) {
        Map<String, String> settings = new TreeMap<>();
        if (isOfVectors()) {
            settings.putAll(Map.of("robust", "true", "output", "linear", "learning-rate", "0.001"));
            if (isScaled()) {
                settings.put("scale", "standard");
            }
        } else if (this != SIGMOID) {
            settings.put("activation", activation(layers));
        }
        if (this == JUMPRELU) {
            settings.put("lambda", "1e-3");
        }
        if (this == DICTIONARY) {
            settings.put("output", "linear");
        }
        return settings;
    }

    /** Whether its units can be silent for long. */
    boolean canBeSilent() {
        return this != SIGMOID && !isOfVectors();
    }

    private boolean isOfVectors() {
        return isScaled() || this == UNSCALED;
    }

    /** Whether the scale of its records is learned. */
    boolean isScaled() {
        return this == JSON || this == FLOAT32 || this == AVRO;
    }

    /** How its records are read. */
    InputFormat input() {
        return this == AVRO
                ? new InputFormat(
                        InputFormat.Kind.AUTO,
                        List.of(),
                        new InputFormat.Label.InHeader(),
                        InputFormat.Missing.REFUSED,
                        Optional.of(new AvroRecords().with(SCHEMA_ID, SCHEMA)))
                : InputFormat.AUTO;
    }

    /** What a trainer is to be told of its records. */
    List<String> inputArguments() {
        return this == AVRO ? List.of("--schema-registry", Registry.URL) : List.of();
    }

    /** What the {@code dtype} header of its records says. */
    String dtype() {
        return records.toString();
    }

    /** The value of a record: an image, or what a sensor might tell that had measured it. */
    byte[] value(byte[] greys) {
        if (!isOfVectors()) {
            return greys;
        }
        float[] values = new float[greys.length];
        for (int i = 0; i < greys.length; i++) {
            float value = (greys[i] & 0xff) - 100;
            values[i] = isScaled() ? 20 + i * value / 7 : value / 100;
        }
        if (this == AVRO) {
            List<Float> numbers =
                    IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
            return AvroRecords.write(SCHEMA_ID, new Schema.Parser().parse(SCHEMA), numbers);
        }
        return records == InputFormat.Kind.FLOAT32
                ? Dtype.FLOAT32.encode(values, 0, values.length)
                : ReconstructionFormat.JSON.encode(Dtype.FLOAT32, values, 0, values.length);
    }

    private String activation(Architecture layers) {
        return layers.sizes().subList(1, 1 + layers.hiddenLayers()).stream()
                .map(units -> switch (this) {
                    case TOPK -> "topk:" + (1 + units / FEW);
                    case BATCHTOPK, DICTIONARY -> "batchtopk:" + (1 + units / FEW);
                    default -> toString();
                })
                .collect(Collectors.joining("/"));
    }

    /** The hyperparameters of a trainer that is told {@link #settings} alone. */
    Hyperparameters hyperparameters(int batch, Architecture layers) {
        return Hyperparameters.SPARSE
                .with(Map.of("batch", Integer.toString(batch)))
                .with(settings(layers));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
