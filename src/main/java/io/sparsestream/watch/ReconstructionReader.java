package io.sparsestream.watch;

import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Manifest;
import io.sparsestream.topic.Consumers;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads a model's reconstructions, and by their {@code source} header the images that they came from. */
public final class ReconstructionReader implements AutoCloseable {

    /** Far enough from the end to find a record there: transactions leave markers, which take offsets too. */
    private static final int BACK = 200;

    private final TopicPartition partition;
    private final KafkaConsumer<byte[], byte[]> reconstructions;
    private final Originals images;
    private final Optional<ImageDecoder> vectors; // of records that are no pictures
    private final List<String> fields;
    private final Queue<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();

    /**
     * @param withSchemas adds to a format the schemas that its records need
     * @throws IllegalArgumentException if there is no such topic, or there are no schemas
     */
    public ReconstructionReader(Map<String, Object> kafka, String model, UnaryOperator<InputFormat> withSchemas) {
        String topic = new Topics(model).reconstructions();
        partition = new TopicPartition(topic, 0);
        reconstructions = Consumers.committed(kafka, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
        images = new Originals(kafka);
        Set<String> topics = reconstructions.listTopics().keySet();
        Optional<Manifest> manifest = topics.contains(new Topics(model).parameters())
                ? ModelTopic.readManifest(kafka, model)
                : Optional.empty();
        fields = manifest.map(each -> each.inputFormat().fields()).orElse(List.of());
        vectors = manifest.filter(each -> !each.inputFormat().isOfPictures())
                .map(each -> new ImageDecoder(each.architecture().get(0), withSchemas.apply(each.inputFormat())));
        if (!topics.contains(topic)) {
            close();
            throw new IllegalArgumentException(
                    "there is no topic " + topic + ": train a model of that name, or choose another with --model");
        }
        reconstructions.assign(List.of(partition));
        reconstructions.seekToBeginning(List.of(partition));
    }

    /** Whether the model's records are pictures, as far as that is known. */
    public boolean isOfPictures() {
        return vectors.isEmpty();
    }

    /** The next one in order, or null if none comes in time. Records that are none are passed over. */
    public Reconstruction next(Duration limit) {
        if (fetched.isEmpty()) {
            reconstructions.poll(limit).forEach(fetched::add);
        }
        while (!fetched.isEmpty()) {
            Optional<Reconstruction> found = withOriginal(fetched.remove());
            if (found.isPresent()) {
                return found.get();
            }
        }
        return null;
    }

    /** The newest one that has not been read, passing over those before it; null if none comes in time. */
    public Reconstruction newest(Duration limit) {
        long end = reconstructions.endOffsets(List.of(partition)).get(partition);
        if (reconstructions.position(partition) < end - BACK) {
            reconstructions.seek(partition, end - BACK);
        }
        ConsumerRecord<byte[], byte[]> last = null;
        for (ConsumerRecord<byte[], byte[]> record : reconstructions.poll(limit)) {
            last = record;
        }
        return last == null ? null : withOriginal(last).orElse(null);
    }

    private Optional<Reconstruction> withOriginal(ConsumerRecord<byte[], byte[]> record) {
        return ReconstructionRecord.read(record, vectors, fields, images::at);
    }

    /** Makes a call of {@link #next} or {@link #newest} on another thread end with a WakeupException. */
    public void wakeup() {
        reconstructions.wakeup();
        images.wakeup();
    }

    @Override
    public void close() {
        reconstructions.close();
        images.close();
    }
}
