package io.sparsestream.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** When a consumer asks whether it still reads the same topic. */
class PausableClientsIT extends OnRealBroker {
    private static final Duration PAUSE = Duration.ofMillis(1500);

    private final PausableClients clients = new PausableClients();
    private final AtomicInteger asked = new AtomicInteger();

    /** The poll that a stopped process goes on with has often nothing yet. */
    @Test
    void whatComesSomePollsAfterAPauseIsAskedAbout() throws Exception {
        try (Consumer<byte[], byte[]> consumer = begun()) {
            Thread.sleep(PAUSE.toMillis());
            assertThat(consumer.poll(Duration.ZERO)).isEmpty();
            assertThat(asked).hasValue(0);
            send(1, 2);
            readOne(consumer);
            assertThat(asked).hasValue(1);
        }
    }

    /** As while the broker cannot be reached: a topic may be replaced meanwhile. */
    @Test
    void whatComesAfterASilenceIsAskedAboutOnce() throws Exception {
        try (Consumer<byte[], byte[]> consumer = begun()) {
            long end = System.nanoTime() + PAUSE.toNanos();
            while (System.nanoTime() < end) {
                assertThat(consumer.poll(Duration.ofMillis(100))).isEmpty();
            }
            send(1, 3);
            readOne(consumer);
            readOne(consumer);
            assertThat(asked).hasValue(1);
        }
    }

    /** A consumer that has read an image, and only then is watched. */
    private Consumer<byte[], byte[]> begun() throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(List.of(new NewTopic(Topics.IMAGES, Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
        Consumer<byte[], byte[]> consumer = clients.getConsumer(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "group.id",
                "g",
                "auto.offset.reset",
                "earliest",
                "max.poll.records",
                1));
        consumer.assign(List.of(new TopicPartition(Topics.IMAGES, 0)));
        send(0, 1);
        readOne(consumer);
        clients.afterSilence(asked::incrementAndGet);
        return consumer;
    }

    private static void readOne(Consumer<byte[], byte[]> consumer) {
        int read = 0;
        while (read == 0) {
            read = consumer.poll(Duration.ofMillis(100)).count();
        }
        assertThat(read).isOne();
    }
}
