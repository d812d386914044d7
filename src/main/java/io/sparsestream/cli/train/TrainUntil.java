package io.sparsestream.cli.train;

import io.sparsestream.cli.option.Whole;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.topic.Consumers;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.trainer.TrainerSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine.Option;

/** When a trainer ends by itself: always with what it has learned published, so that others find it. */
final class TrainUntil {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final String MANIFEST = "manifest";

    /** Without a step for so long, what was fetched has been trained on: steps are milliseconds apart. */
    private static final Duration QUIET = Duration.ofSeconds(3);

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Ends once a model that has made N steps, those of earlier runs included, has been published"
                    + " (default: goes on until stopped).")
    private Optional<Long> steps = Optional.empty();

    @Option(
            names = "--until-caught-up",
            description = "Ends once all images that were on the topic at the start have been trained on, but for an"
                    + " incomplete mini-batch if no more come, and the model has been published.")
    private boolean caughtUp;

    /** Steps after which it ends, if it ends by those. */
    Optional<Long> steps() {
        return steps;
    }

    /** Whether it ends by itself at all. */
    boolean isGiven() {
        return steps.isPresent() || caughtUp;
    }

    /** @throws IllegalArgumentException if an option's value cannot be used */
    void check() {
        steps.ifPresent(number -> Whole.positive("--steps", number));
    }

    /**
     * Waits until that is so.
     *
     * @param trained what the trainer has told
     */
    void await(TrainerSettings settings, Trainer trainer, TrainedImages trained)
            throws ExecutionException, InterruptedException {
        Topics topics = settings.task().topics();
        String images = settings.task().images();
        try (Admin admin = Admin.create(settings.kafka());
                KafkaConsumer<byte[], byte[]> consumer = Consumers.committed(settings.kafka())) {
            TopicPartition topic = new TopicPartition(topics.parameters(), 0);
            consumer.assign(List.of(topic));
            consumer.seekToBeginning(List.of(topic));
            OptionalLong end = end(consumer, images);
            Optional<Manifest> published = Optional.empty();
            while (true) {
                if (trainer.failed().isDone()) {
                    trainer.failed().get();
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    Optional<Manifest> found = manifest(record);
                    published = found.isPresent() ? found : published;
                }
                if (published.isPresent() && trainer.isRunning()) {
                    Manifest newest = published.get();
                    boolean done = steps.isPresent()
                            ? newest.step() >= steps.get()
                            : isPast(end, newest)
                                    || trainer.state() == Trainer.State.RUNNING // a paused one has images that wait
                                            && isQuiet(trained, settings)
                                            && isAllHandedOver(admin, topics.applicationId(), images, trained)
                                            && trained.isIdle() // a step may take longer than quiet
                                            && newest.images() >= trained.images();
                    if (done) {
                        System.out.printf(
                                Locale.ROOT,
                                "model %s has been published at step %,d, after %,d images%n",
                                topics.model(),
                                newest.step(),
                                newest.images());
                        return;
                    }
                }
            }
        }
    }

    /** Empty if it is none, or what stands there is no trainer's. */
    static Optional<Manifest> manifest(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null
                || record.value() == null
                || !MANIFEST.equals(new String(record.key(), StandardCharsets.UTF_8))) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.read(record.value(), Manifest.class));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The end of the images, where one model learns them in one order. */
    private static OptionalLong end(KafkaConsumer<byte[], byte[]> consumer, String images) {
        List<TopicPartition> partitions = consumer.partitionsFor(images).stream()
                .map(each -> new TopicPartition(each.topic(), each.partition()))
                .toList();
        return partitions.size() == 1
                ? OptionalLong.of(consumer.endOffsets(partitions).get(partitions.get(0)))
                : OptionalLong.empty();
    }

    /** Whether it has learned all that was there, whatever has come since: a stream that goes on never ends. */
    private static boolean isPast(OptionalLong end, Manifest newest) {
        return end.isPresent() && end.getAsLong() > 0 && newest.nextOffset() >= end.getAsLong();
    }

    /** Whether all that was fetched has been trained on; one of several replicas may wait for a round to end. */
    private static boolean isQuiet(TrainedImages trained, TrainerSettings settings) {
        Duration wait = trained.isReplicas() ? settings.sync().timeout() : Duration.ZERO;
        return trained.quiet().compareTo(QUIET.plus(wait)) > 0;
    }

    /** Whether the group has come to the end of the topic, as far as the broker says. */
    private static boolean isAllHandedOver(Admin admin, String group, String topic, TrainedImages trained)
            throws ExecutionException, InterruptedException {
        try {
            return lag(admin, group, topic, trained::hadLearned) == 0;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                return false; // it is away: the trainer waits for it, too
            }
            throw e;
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
