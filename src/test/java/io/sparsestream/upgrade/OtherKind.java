package io.sparsestream.upgrade;

import io.sparsestream.support.AvroRecords;
import io.sparsestream.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;

/** A model that is not one of images and sigmoid units, and the records that it learns from. */
enum OtherKind {
    /** JSON whose numbers are missing now and then, scaled, robust, anomalies told. */
    VECTORS("json") {
        @Override
        List<String> options(String registry) {
            return List.of(
                    "--input-format=json",
                    "--fields="
                            + IntStream.range(0, Installation.PIXELS)
                                    .mapToObj(i -> "f" + i)
                                    .collect(Collectors.joining(",")),
                    "--label-field=kind",
                    "--missing=mean",
                    "--scale=standard",
                    "--scale-after=40",
                    "--robust=true",
                    "--output=linear",
                    "--beta=0",
                    "--alert-above=0.8");
        }

        @Override
        byte[] value(int index) {
            List<Float> numbers = numbers(index);
            String json = IntStream.range(0, numbers.size())
                    .mapToObj(i -> "\"f" + i + "\":" + ((index + i) % 29 == 0 ? "null" : numbers.get(i)))
                    .collect(Collectors.joining(",", "{\"kind\":\"" + Installation.label(index) + "\",", "}"));
            return json.getBytes(StandardCharsets.UTF_8);
        }
    },

    /** Avro by a schema registry, scaled. */
    AVRO("avro") {
        @Override
        List<String> options(String registry) {
            return List.of(
                    "--input-format=avro",
                    "--schema-registry=" + registry,
                    "--scale=minmax",
                    "--scale-after=40",
                    "--output=linear",
                    "--beta=0");
        }

        @Override
        byte[] value(int index) {
            return AvroRecords.write(1, new Schema.Parser().parse(SCHEMA), numbers(index));
        }
    },

    /** Images, of which few units of a layer are active. */
    FEW(Topics.IMAGES) {
        @Override
        List<String> options(String registry) {
            return List.of("--activation=batchtopk:3/jumprelu", "--lambda=1e-3");
        }

        @Override
        byte[] value(int index) {
            return Installation.image(index);
        }
    };

    /** Of {@link #AVRO}, which a registry must have as its first one. */
    static final String SCHEMA = "{\"type\":\"array\",\"items\":\"float\"}";

    /** That it learns from. */
    final String topic;

    /** Its name. */
    final String model = name().toLowerCase(Locale.ROOT);

    OtherKind(String topic) {
        this.topic = topic;
    }

    /**
     * Of a trainer.
     *
     * @param registry its URL
     */
    abstract List<String> options(String registry);

    /** The value of a record. */
    abstract byte[] value(int index);

    /** What a sensor might tell. */
    private static List<Float> numbers(int index) {
        byte[] greys = Installation.image(index);
        return IntStream.range(0, greys.length)
                .mapToObj(i -> 20 + i * greys[i] / 7f)
                .toList();
    }
}
