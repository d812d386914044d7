package io.sparsestream.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.message.HeaderName;
import io.sparsestream.support.CommittedRecords;
import io.sparsestream.topic.TopicSetup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayIT {
    @TempDir
    Path directory;

    @Test
    void everyImageArrivesOnceInTheOrderOfTheStream() throws Exception {
        Dataset dataset = Dataset.read(Path.of("data/mnist"), Split.TEST);
        int from = 9_900;
        int to = 10_100; // across an epoch's end
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            TopicSetup.createImages(kafka, "images");
            long start = System.nanoTime();
            try (Replay replay = new Replay(kafka, "images", dataset, 5)) {
                replay.run(from, to, 400, position -> true);
                assertThat(replay.position()).isEqualTo(to);
            }
            assertThat(System.nanoTime() - start)
                    .as("200 images at 400 per second")
                    .isGreaterThan(490_000_000);

            List<ConsumerRecord<byte[], byte[]>> records = read(kafka, to - from);
            ShuffledStream stream = new ShuffledStream(dataset.size(), 5);
            for (int i = 0; i < records.size(); i++) {
                int index = stream.index(from + i);
                ConsumerRecord<byte[], byte[]> record = records.get(i);
                assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("mnist/test/" + index);
                assertThat(record.value()).isEqualTo(dataset.images().get(index));
                assertThat(HeaderName.text(record.headers(), "label")).isEqualTo("" + dataset.labels()[index]);
                assertThat(HeaderName.text(record.headers(), "epoch")).isEqualTo(from + i < 10_000 ? "0" : "1");
                assertThat(HeaderName.text(record.headers(), "shape")).isEqualTo("28x28");
                assertThat(HeaderName.text(record.headers(), "dtype")).isEqualTo("uint8");
            }
        }
    }

    @Test
    void anImageThatIsNotDeliveredIsAFailure() throws Exception {
        Dataset dataset = Dataset.read(Path.of("data/mnist"), Split.TEST);
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            Map<String, Object> kafka = new HashMap<>();
            kafka.put("bootstrap.servers", broker.bootstrapServers());
            kafka.put("max.block.ms", "1000");
            try (Replay replay = new Replay(kafka, "nowhere", dataset, 5)) {
                assertThatThrownBy(() -> replay.run(0, 10, 0, position -> true))
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("an image was not delivered to topic nowhere");
            }
        }
    }

    /** The broker takes no timestamp but its own present: as if the clocks were far apart. */
    @Test
    void aClockThatIsNotTheBrokersIsNamed() throws Exception {
        Dataset dataset = Dataset.read(Path.of("data/mnist"), Split.TEST);
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(directory, 0, Map.of("log.message.timestamp.before.max.ms", "0"))) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            TopicSetup.createImages(kafka, "images");
            try (Replay replay = new Replay(kafka, "images", dataset, 5)) {
                assertThatThrownBy(() -> replay.run(0, 1000, 0, position -> true))
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith(
                                "an image was not delivered to topic images: the clock of this machine, by"
                                        + " which images are stamped, and that of the broker at "
                                        + broker.bootstrapServers())
                        .hasMessageEndingWith("compare what 'date -u' prints on both, and set the wrong clock");
            }
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(Map<String, Object> kafka, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = CommittedRecords.of(kafka, "images");
        assertThat(records).hasSize(count);
        return records;
    }
}
