package io.sparsestream.cli.train;

import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.topic.Consumers;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** When a trainer ends by itself: always with what it has learned published, so that others find it. */
final class TrainUntil {
    private static final Logger LOG = LoggerFactory.getLogger(TrainUntil.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final String MANIFEST = "manifest";

    /** Without a step for so long, what was fetched has been trained on: steps are milliseconds apart. */
    private static final Duration QUIET = Duration.ofSeconds(3);

    private static final Duration IDLE = Duration.ofSeconds(30);

    @Option(
            names = "--steps",
            paramLabel = "N",
            description =
                    "Ends once a model that has made N steps, those of earlier runs included, has been published.")
    private Long steps;

    @Option(
            names = "--until-caught-up",
            description = "Ends once all images that are on the topic have been trained on, but for an incomplete"
                    + " mini-batch, and the model has been published.")
    private boolean caughtUp;

    /** @throws IllegalArgumentException if an option's value cannot be used */
    void check() {
        if (steps != null && steps < 1) {
            throw new IllegalArgumentException("--steps must be at least 1, not " + steps);
        }
    }

    /**
     * Waits until that is so.
     *
     * @param trained what the trainer has told
     * @param roundTimeout for which one of several replicas may make no step though it has images
     */
    void await(
            Map<String, Object> kafka,
            String model,
            String images,
            Trainer trainer,
            TrainedImages trained,
            Duration roundTimeout)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka);
                KafkaConsumer<byte[], byte[]> consumer = Consumers.committed(kafka)) {
            TopicPartition topic = new TopicPartition(new Topics(model).parameters(), 0);
            consumer.assign(List.of(topic));
            consumer.seekToBeginning(List.of(topic));
            Manifest published = null;
            long told = System.nanoTime();
            while (true) {
                if (trainer.failed().isDone()) {
                    trainer.failed().get();
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (MANIFEST.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                        published = Json.read(record.value(), Manifest.class);
                    }
                }
                Duration quiet = trained.quiet();
                boolean done = published != null
                        && trainer.isRunning()
                        && (steps != null
                                ? published.step() >= steps
                                : quiet.compareTo(QUIET.plus(trained.isReplicas() ? roundTimeout : Duration.ZERO)) > 0
                                        && published.images() >= trained.images()
                                        && lag(admin, new Topics(model).applicationId(), images, trained::hadLearned)
                                                == 0);
                if (done) {
                    System.out.printf(
                            Locale.ROOT,
                            "model %s has been published at step %,d, after %,d images%n",
                            model,
                            published.step(),
                            published.images());
                    return;
                }
                if (quiet.compareTo(IDLE) > 0 && System.nanoTime() - told > IDLE.toNanos()) {
                    told = System.nanoTime();
                    LOG.info(
                            "model {} is at step {} and waits for images on topic {}: is something replayed there?",
                            model,
                            published == null ? 0 : published.step(),
                            images);
                }
            }
        }
    }

    /**
     * Offsets of the topic that the group has not come to. Where the broker has forgotten up to where it had come, there are
     * none: anything more would have been fetched by now.
     *
     * @param hadLearned whether something had been learned from a partition before: only then can that be forgotten
     */
    static long lag(Admin admin, String group, String topic, IntPredicate hadLearned)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        admin.describeTopics(List.of(topic))
                .topicNameValues()
                .get(topic)
                .get()
                .partitions()
                .forEach(partition ->
                        partitions.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        long lag = 0;
        for (var end : admin.listOffsets(partitions).all().get().entrySet()) {
            OffsetAndMetadata offset = committed.get(end.getKey());
            boolean isNew = offset == null || offset.metadata().isEmpty(); // as before anything was ever committed
            if (!isNew || !hadLearned.test(end.getKey().partition())) {
                lag += end.getValue().offset() - (offset == null ? 0 : offset.offset());
            }
        }
        return lag;
    }
}
