package io.sparsestream.watch;

import io.sparsestream.message.Dtype;
import io.sparsestream.message.HeaderName;
import io.sparsestream.topic.Consumers;
import io.sparsestream.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
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
    private final Queue<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();

    /** @throws IllegalArgumentException if there is no such topic */
    public ReconstructionReader(Map<String, Object> kafka, String model) {
        String topic = new Topics(model).reconstructions();
        partition = new TopicPartition(topic, 0);
        reconstructions = Consumers.committed(kafka, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
        images = new Originals(kafka);
        if (!reconstructions.listTopics().containsKey(topic)) {
            close();
            throw new IllegalArgumentException(
                    "there is no topic " + topic + ": train a model of that name, or choose another with --model");
        }
        reconstructions.assign(List.of(partition));
        reconstructions.seekToBeginning(List.of(partition));
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
                pixels);
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
