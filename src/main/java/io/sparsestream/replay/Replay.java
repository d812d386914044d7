package io.sparsestream.replay;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Samples;
import io.sparsestream.message.HeaderName;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends a dataset's images in the order of a {@link ShuffledStream}; each one is acknowledged, or it fails. */
public final class Replay implements AutoCloseable {
    /** Images between two questions whether it may go on. */
    public static final int STRIDE = 64;

    private static final long WAIT_NANOS = 10_000_000;

    private final String topic;
    private final Object servers; // host:port of the brokers
    private final Outgoing.Stream stream;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private volatile long position;
    private volatile boolean stopped;

    /** @param kafka client properties, the bootstrap servers included */
    public Replay(Map<String, Object> kafka, String topic, Dataset dataset, long seed) {
        this(kafka, topic, dataset, seed, Change.NONE);
    }

    /**
     * A replay that changes in mid-run.
     *
     * @throws IllegalArgumentException if the change does not fit the dataset
     */
    public Replay(Map<String, Object> kafka, String topic, Dataset dataset, long seed, Change change) {
        this(kafka, topic, images(new ImageStream(dataset, seed, change)));
    }

    /**
     * A replay of records of any kind.
     *
     * @param order by which each epoch is shuffled; empty if they are sent in their own
     * @param schemaId of what the format writes, if that has schemas
     */
    public Replay(
            Map<String, Object> kafka,
            String topic,
            Samples samples,
            RecordFormat format,
            Optional<ShuffledStream> order,
            Optional<Integer> schemaId) {
        this(kafka, topic, new SampleStream(samples, format, order, schemaId));
    }

    private Replay(Map<String, Object> kafka, String topic, Outgoing.Stream stream) {
        this.topic = topic;
        this.stream = stream;
        servers = kafka.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        // Images are mostly blank: a third of the bytes to send, store and fetch, for little work at either end.
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.putAll(kafka);
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Sends the images at positions {@code from} to {@code to}, excluded, and waits for their acknowledgements.
     *
     * @param rate images per second, 0 for no limit
     * @param mayGoOn asked now and then whether the image at a position may be sent; waits until it may
     * @throws IOException if an image was not delivered
     */
    public void run(long from, long to, double rate, LongPredicate mayGoOn) throws IOException {
        long start = System.nanoTime();
        for (position = from; position < to && !stopped; position++) {
            if (rate > 0) {
                waitUntil(start + (long) ((position - from) / rate * 1e9));
            }
            while (position % STRIDE == 0 && !stopped && failure.get() == null && !mayGoOn.test(position)) {
                LockSupport.parkNanos(WAIT_NANOS);
            }
            check();
            producer.send(record(position), (metadata, exception) -> {
                if (exception != null) {
                    failure.compareAndSet(null, exception);
                }
            });
        }
        producer.flush();
        check();
    }

    private void waitUntil(long nanos) {
        long left = nanos - System.nanoTime();
        while (left > 0 && !stopped) {
            LockSupport.parkNanos(Math.min(left, 10 * WAIT_NANOS));
            left = nanos - System.nanoTime();
        }
    }

    private void check() throws IOException {
        if (failure.get() != null) {
            throw new IOException(
                    "an image was not delivered to topic " + topic + ": " + reason(failure.get()), failure.get());
        }
    }

    private String reason(Exception refused) {
        // Of several records that are refused at once Kafka tells the reason in words alone.
        return refused instanceof InvalidTimestampException
                        || refused instanceof InvalidRecordException
                                && refused.getMessage().startsWith("Timestamp ")
                ? "the clock of this machine, by which images are stamped, and that of the broker at "
                        + servers + " are further apart than the topic's message.timestamp.after.max.ms (an hour by"
                        + " default) and message.timestamp.before.max.ms allow: compare what 'date -u' prints on both,"
                        + " and set the wrong clock"
                : refused.getMessage();
    }

    private ProducerRecord<byte[], byte[]> record(long at) {
        Outgoing outgoing = stream.at(at);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, outgoing.key(), outgoing.value());
        Headers headers = record.headers();
        outgoing.label().ifPresent(label -> headers.add(HeaderName.LABEL, HeaderName.utf8(label)));
        headers.add(HeaderName.EPOCH, HeaderName.utf8(Long.toString(outgoing.epoch())));
        headers.add(HeaderName.SHAPE, HeaderName.utf8(outgoing.shape()));
        headers.add(HeaderName.DTYPE, HeaderName.utf8(outgoing.dtype()));
        return record;
    }

    private static Outgoing.Stream images(ImageStream stream) {
        return position -> {
            ImageStream.Image image = stream.at(position);
            Dataset dataset = image.dataset();
            return new Outgoing(
                    key(dataset, image.index()),
                    image.greys(),
                    dataset.isLabelled()
                            ? Optional.of(Integer.toString(dataset.label(image.index())))
                            : Optional.empty(),
                    image.epoch(),
                    dataset.shape(),
                    RecordFormat.UINT8.dtype());
        };
    }

    /** The key of an image's record, such as {@code mnist/train/4711}. */
    public static byte[] key(Dataset dataset, int index) {
        return HeaderName.utf8(dataset.name() + "/" + dataset.split() + "/" + index);
    }

    /** The position in the stream of the next image to send. */
    public long position() {
        return position;
    }

    /** Ends {@link #run} after the image that it is sending. */
    public void stop() {
        stopped = true;
    }

    /** For metrics. */
    public KafkaProducer<byte[], byte[]> producer() {
        return producer;
    }

    @Override
    public void close() {
        producer.close();
    }
}
