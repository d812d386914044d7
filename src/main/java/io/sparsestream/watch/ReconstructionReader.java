package io.sparsestream.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.topic.Consumers;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

    /** The next one in order, or null if none comes in time. */
    public Reconstruction next(Duration limit) {
        if (fetched.isEmpty()) {
            reconstructions.poll(limit).forEach(fetched::add);
        }
        return fetched.isEmpty() ? null : withOriginal(fetched.remove());
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
        return last == null ? null : withOriginal(last);
    }

    private Reconstruction withOriginal(ConsumerRecord<byte[], byte[]> record) {
        return vectors.map(decoder -> ofVector(record, decoder)).orElseGet(() -> ofPicture(record));
    }

    private Reconstruction ofVector(ConsumerRecord<byte[], byte[]> record, ImageDecoder decoder) {
        Optional<byte[]> original = images.at(HeaderName.text(record.headers(), HeaderName.SOURCE))
                .filter(each -> decoder.problem(each.key(), each.value(), each.headers()) == null)
                .map(each -> decoder.numbers(each.value(), each.headers()));
        float[] reconstruction = numbers(record.value(), HeaderName.text(record.headers(), HeaderName.DTYPE));
        List<Reconstruction.Value> values = new ArrayList<>();
        for (int j = 0; j < reconstruction.length; j++) {
            int input = j;
            values.add(new Reconstruction.Value(
                    fields.isEmpty() ? Integer.toString(j + 1) : fields.get(j),
                    original.map(each -> Dtype.of(each, decoder.inputs()).number(each, input))
                            .filter(value -> !value.isNaN()),
                    reconstruction[j]));
        }
        return new Reconstruction(
                record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8),
                HeaderName.text(record.headers(), HeaderName.LABEL),
                HeaderName.text(record.headers(), HeaderName.STEP),
                HeaderName.text(record.headers(), HeaderName.MSE),
                0,
                0,
                original.orElse(null),
                new byte[0],
                values);
    }

    /** Of any {@link io.sparsestream.message.ReconstructionFormat}. */
    private static float[] numbers(byte[] value, String dtype) {
        if (InputFormat.Kind.JSON.toString().equals(dtype)) {
            JsonNode json = Json.tree(value);
            float[] numbers = new float[json.size()];
            for (int j = 0; j < numbers.length; j++) {
                numbers[j] = (float) json.get(j).asDouble();
            }
            return numbers;
        }
        Dtype binary = Dtype.FLOAT32.toString().equals(dtype) ? Dtype.FLOAT32 : Dtype.UINT8;
        float[] numbers = new float[value.length / binary.bytes()];
        for (int j = 0; j < numbers.length; j++) {
            numbers[j] = binary.number(value, j);
        }
        return numbers;
    }

    private Reconstruction ofPicture(ConsumerRecord<byte[], byte[]> record) {
        byte[] pixels = greys(record.value(), HeaderName.text(record.headers(), HeaderName.DTYPE));
        int rows = OriginalImage.rows(String.valueOf(HeaderName.text(record.headers(), HeaderName.SHAPE)));
        return new Reconstruction(
                record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8),
                HeaderName.text(record.headers(), HeaderName.LABEL),
                HeaderName.text(record.headers(), HeaderName.STEP),
                HeaderName.text(record.headers(), HeaderName.MSE),
                rows,
                pixels.length / rows,
                images.at(HeaderName.text(record.headers(), HeaderName.SOURCE))
                        .map(ConsumerRecord::value)
                        .orElse(null),
                pixels,
                List.of());
    }

    private static byte[] greys(byte[] value, String dtype) {
        if (!Dtype.FLOAT32.toString().equals(dtype)) {
            return value;
        }
        float[] pixels = new float[value.length / Float.BYTES];
        ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(pixels);
        return Dtype.UINT8.encode(pixels, 0, pixels.length);
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
