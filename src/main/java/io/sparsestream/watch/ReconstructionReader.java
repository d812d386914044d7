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
import java.util.function.Supplier;
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
    private final Supplier<Optional<Manifest>> manifest; // the newest, where the model has one
    private final UnaryOperator<InputFormat> withSchemas;
    private Optional<Form> form = Optional.empty(); // until the model has a manifest
    private final Queue<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();

    /**
     * What the records of a model are.
     *
     * @param vectors reads records that are no pictures
     * @param fields names of the inputs; empty if they have none
     */
    private record Form(Optional<ImageDecoder> vectors, List<String> fields) {
        static final Form PICTURES = new Form(Optional.empty(), List.of());
    }

    /**
     * @param withSchemas adds to a format the schemas that its records need
     * @throws MissingTopicException if there are no reconstructions yet
     * @throws IllegalArgumentException if there are no schemas
     */
    public ReconstructionReader(Map<String, Object> kafka, String model, UnaryOperator<InputFormat> withSchemas) {
        String topic = new Topics(model).reconstructions();
        partition = new TopicPartition(topic, 0);
        reconstructions = Consumers.committed(kafka, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
        images = new Originals(kafka);
        manifest = () -> reconstructions.listTopics().containsKey(new Topics(model).parameters())
                ? ModelTopic.readManifest(kafka, model)
                : Optional.empty();
        this.withSchemas = withSchemas;
        try {
            if (!reconstructions.listTopics().containsKey(topic)) {
                throw new MissingTopicException(topic);
            }
            form();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        reconstructions.assign(List.of(partition));
        reconstructions.seekToBeginning(List.of(partition));
    }

    /** Pictures, as long as the model says nothing of its records. */
    private Form form() {
        if (form.isEmpty()) {
            form = manifest.get().map(this::form);
        }
        return form.orElse(Form.PICTURES);
    }

    private Form form(Manifest of) {
        InputFormat format = of.inputFormat();
        return format.isOfPictures()
                ? Form.PICTURES
                : new Form(
                        Optional.of(new ImageDecoder(of.architecture().get(0), withSchemas.apply(format))),
                        format.fields());
    }

    /** Whether the model's records are pictures, as far as that is known: for sure once a reconstruction has come. */
    public boolean isOfPictures() {
        return form().vectors().isEmpty();
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
        Form now = form();
        return ReconstructionRecord.read(record, now.vectors(), now.fields(), images::at);
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
