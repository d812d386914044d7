package io.sparsestream.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.learn.SeenImage;
import io.sparsestream.learn.TopImages;
import java.util.List;

/**
 * What activates a unit of a hidden layer, as a model's checkpoint knows it.
 *
 * @param model the model's name
 * @param replica of several that learn the model: its partition of the images topic; null otherwise
 * @param layer the hidden layer's name
 * @param unit counted from 0
 * @param step updates made so far
 * @param images trained on so far
 * @param top the images of late that have activated it most, the strongest first
 */
public record Unit(
        String model,
        @JsonInclude(JsonInclude.Include.NON_NULL) Integer replica,
        String layer,
        int unit,
        long step,
        long images,
        List<Top> top) {

    /**
     * One of the images.
     *
     * @param key the record's; empty if it has none
     * @param label the image's class; empty if it has none
     * @param source where the image stands, as {@code topic-partition@offset}
     */
    public record Top(float activation, String key, String label, String source) {
        /** @param topic of the images */
        public static Top of(TopImages.Entry entry, String topic, int partition) {
            SeenImage image = entry.image();
            return new Top(
                    entry.activation(),
                    image.key(),
                    image.label(),
                    HeaderName.source(topic, partition, image.offset()));
        }
    }

    /** The key of its record: its layer's name, a slash and its number; of a replica's, the partition and a slash before that. */
    public byte[] key() {
        String name = layer + "/" + unit;
        return replica == null ? HeaderName.utf8(name) : ReplicaKey.of(replica, name);
    }
}
