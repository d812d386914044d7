package io.sparsestream.crash;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.message.HeaderName;
import io.sparsestream.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends a run's images, the partitions in turn, up to a limit that rises. */
final class ImageSender implements AutoCloseable {
    private static final long WAIT_NANOS = 1_000_000;
    private static final long LIMIT_SECONDS = 60;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final int partitions;
    private final long images;
    private final KafkaProducer<byte[], byte[]> producer;
    private final CompletableFuture<Void> sent;
    private final AtomicLong written = new AtomicLong();
    private volatile long limit;
    private volatile boolean closed;

    /** Creates the topic, which takes images of any time and keeps them for good, and begins. */
    ImageSender(Map<String, Object> kafka, int partitions, Plan plan) throws Exception {
        this.partitions = partitions;
        images = plan.images();
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(List.of(new NewTopic(Topics.IMAGES, Optional.of(partitions), Optional.empty())
                            .configs(Map.of(
                                    TopicConfig.RETENTION_MS_CONFIG,
                                    "-1",
                                    TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                                    Long.toString(Long.MAX_VALUE),
                                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                    plan.shape().timestamps() == Timestamps.APPENDED ? "LogAppendTime" : "CreateTime",
                                    // else images of different times begin a segment each
                                    TopicConfig.SEGMENT_MS_CONFIG,
                                    Long.toString(Long.MAX_VALUE)))))
                    .all()
                    .get();
        }
        Dataset dataset = Dataset.read(Path.of("data/mnist"), Split.TRAIN);
        Map<String, Object> patient = new HashMap<>(kafka);
        patient.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        patient.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
        producer = new KafkaProducer<>(patient, new ByteArraySerializer(), new ByteArraySerializer());
        SplittableRandom random = new SplittableRandom(plan.seed());
        int first = random.nextInt(dataset.size());
        sent = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < images && !closed; i++) {
                while (i >= limit && !closed) {
                    LockSupport.parkNanos(WAIT_NANOS);
                }
                int index = (first + i) % dataset.size();
                Timed record = new Timed(
                        i % partitions,
                        plan.shape().timestamps().at(random),
                        HeaderName.utf8("mnist/train/" + index),
                        plan.shape().kind().value(dataset.images().get(index)));
                record.headers()
                        .add(HeaderName.LABEL, HeaderName.utf8(Integer.toString(dataset.labels()[index])))
                        .add(HeaderName.SHAPE, HeaderName.utf8(dataset.shape()))
                        .add(
                                HeaderName.DTYPE,
                                HeaderName.utf8(plan.shape().kind().dtype()));
                producer.send(record, (metadata, failure) -> written.incrementAndGet());
            }
            producer.flush();
        });
    }

    /** A record with any timestamp: the class itself takes none below 0, which stands for none on the topic. */
    private static final class Timed extends ProducerRecord<byte[], byte[]> {
        private final long timestamp;

        Timed(int partition, long timestamp, byte[] key, byte[] value) {
            super(Topics.IMAGES, partition, key, value);
            this.timestamp = timestamp;
        }

        @Override
        public Long timestamp() {
            return timestamp;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Images that may be sent. */
    long limit() {
        return limit;
    }

    /** Whether the broker has taken all that may be sent. */
    boolean isIdle() {
        return written.get() >= limit;
    }

    /** Lets more images be sent; never fewer than before. */
    void upTo(long images) {
        limit = Math.min(this.images, Math.max(limit, images));
    }

    /** Lets all be sent, and waits until they are. */
    void finish() throws InterruptedException, ExecutionException, TimeoutException {
        upTo(images);
        sent.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        closed = true;
        producer.close(CLOSE_LIMIT); // without what no broker has taken
    }
}
