package io.sparsestream.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.learn.SeenImage;
import io.sparsestream.learn.TopImages;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * What activates a unit of a hidden layer, as a model's checkpoint knows it.
 *
 * @param model the model's name
 * @param replica of several that learn the model: its partition of the images topic; null otherwise
 * @param layer the hidden layer's name
 * @param unit counted from 0
 * @param step updates made so far
 * @param images trained on so far
 * @param density share of the images of late for which it is active, 0 of a dead unit; null if that is not known
 * @param selectivity of the images of late, by their labels; null if that is not known
 * @param label whose images activate it most, on average; null if that is not known
 * @param top the images of late that have activated it most, the strongest first
 */
public record Unit(
        String model,
        @JsonInclude(JsonInclude.Include.NON_NULL) Integer replica,
        String layer,
        int unit,
        long step,
        long images,
        Double density,
        Double selectivity,
        String label,
        List<Top> top) {

    /** @throws IllegalArgumentException if it lacks what is known of every unit */
    public Unit {
        if (layer == null || top == null || top.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("the unit has no " + (layer == null ? "layer" : "top images"));
        }
        top = List.copyOf(top);
    }

    /**
     * One of the images.
     *
     * @param key the record's, cut if it is long; empty if it has none
     * @param label the image's class; empty if it has none
     * @param source where the image stands, as {@code topic-partition@offset}
     */
    public record Top(float activation, String key, String label, String source) {
        private static final int LONGEST = 100;
        private static final String CUT = "…";

        /** @param topic of the images */
        public static Top of(TopImages.Entry entry, String topic, int partition) {
            SeenImage image = entry.image();
            return new Top(
                    entry.activation(),
                    image.key(),
                    image.label(),
                    HeaderName.source(topic, partition, image.offset()));
        }

        /** A record's key, which may have kilobytes, as it is told: its first {@value #LONGEST} characters. */
        public static String key(byte[] key) {
            String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
            if (text.length() <= LONGEST) {
                return text;
            }
            int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
            return text.substring(0, end) + CUT;
        }
    }

    /** The key of its record: its layer's name, a slash and its number; of a replica's, the partition and a slash before that. */
    public byte[] key() {
        String name = layer + "/" + unit;
        return replica == null ? HeaderName.utf8(name) : ReplicaKey.of(replica, name);
    }

    /**
     * What several replicas know of a unit as one: the strongest images of all of them, the means of the measures, and the
     * label of the most selective one.
     *
     * @param replicas at least one, in their order
     */
    public static Unit merge(List<Unit> replicas) {
        if (replicas.size() == 1) {
            return replicas.get(0);
        }
        Unit first = replicas.get(0);
        Unit clearest = replicas.stream()
                .filter(each -> each.selectivity != null)
                .max(Comparator.comparingDouble(Unit::selectivity))
                .orElse(first);
        return new Unit(
                first.model,
                null,
                first.layer,
                first.unit,
                replicas.stream().mapToLong(Unit::step).sum(),
                replicas.stream().mapToLong(Unit::images).sum(),
                mean(replicas.stream().map(Unit::density).toList()),
                mean(replicas.stream().map(Unit::selectivity).toList()),
                clearest.label,
                replicas.stream()
                        .flatMap(each -> each.top.stream())
                        .sorted(Comparator.comparingDouble(Top::activation).reversed())
                        .limit(TopImages.KEPT)
                        .toList());
    }

    /** Of those that are known; null if none is. */
    private static Double mean(List<Double> values) {
        double[] known = values.stream()
                .filter(Objects::nonNull)
                .mapToDouble(each -> each)
                .toArray();
        double sum = 0;
        for (double each : known) {
            sum += each;
        }
        return known.length == 0 ? null : (Double) (sum / known.length);
    }
}
