package io.sparsestream.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.support.Await;
import io.sparsestream.support.LogLines;
import io.sparsestream.support.OnRealBroker;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Which of the models on a topic is followed. */
class NewestModelIT extends OnRealBroker {
    private static final String OTHER = new Topics("other").parameters();
    private static final byte[] MANIFEST = Checkpoint.MANIFEST.getBytes(StandardCharsets.UTF_8);

    @Test
    void onlyAnIncompleteModelAtTheEndIsWarnedOf() throws Exception {
        List<ConsumerRecord<byte[], byte[]>> published = published();
        byte[] manifest = published.stream()
                .filter(record -> Arrays.equals(record.key(), MANIFEST))
                .reduce((first, second) -> second)
                .orElseThrow()
                .value();
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(List.of(new NewTopic(OTHER, Optional.empty(), Optional.empty())))
                    .all()
                    .get();
        }
        send(new ProducerRecord<>(OTHER, MANIFEST, manifest)); // compaction has removed its tensors
        for (ConsumerRecord<byte[], byte[]> record : published) {
            send(new ProducerRecord<>(OTHER, record.key(), record.value()));
        }
        try (LogLines log = new LogLines(NewestModel.class);
                NewestModel newest = NewestModel.follow(kafka, "other")) {
            Await.until(
                    "the model", () -> newest.first().isDone() && newest.get().step() == 1);
            assertThat(log.lines()).isEmpty();

            String damaged =
                    new String(manifest, StandardCharsets.UTF_8).replaceFirst("\"crc32c\":\\d+", "\"crc32c\":1");
            send(new ProducerRecord<>(OTHER, MANIFEST, damaged.getBytes(StandardCharsets.UTF_8)));
            Await.until("the warning", () -> !log.lines().isEmpty());
            assertThat(log.lines()).singleElement().asString().contains(OTHER, "incomplete", "checksum");
            assertThat(newest.get().step()).isOne();
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> published() throws Exception {
        try (var trainer = train(NEVER)) {
            send(0, BATCH);
            await(TOPICS.parameters(), records -> records.stream().anyMatch(NewestModelIT::isOfAStep));
        }
        return read(TOPICS.parameters());
    }

    private static boolean isOfAStep(ConsumerRecord<byte[], byte[]> record) {
        return Arrays.equals(record.key(), MANIFEST)
                && Json.read(record.value(), Manifest.class).step() > 0;
    }
}
