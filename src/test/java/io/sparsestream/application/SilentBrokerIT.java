package io.sparsestream.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.crash.OneBroker;
import io.sparsestream.support.Await;
import io.sparsestream.support.SparsestreamProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that holds its connections and answers nothing, as where its machine is suspended. */
class SilentBrokerIT {
    @TempDir
    Path directory;

    @Test
    void whatIsGivenUpWaitsForNoAnswerAsItCloses() throws Exception {
        OneBroker brokers = new OneBroker(directory);
        SparsestreamProcess broker = brokers.start(0);
        PausableClients clients = new PausableClients();
        Consumer<byte[], byte[]> consumer =
                clients.getConsumer(Map.of("bootstrap.servers", brokers.bootstrapServers(), "group.id", "g"));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()))) {
            Await.until("the broker to answer", List.of(broker), () -> brokers.areInSync(admin));
            admin.createTopics(List.of(new NewTopic("images", 1, (short) 1)))
                    .all()
                    .get();
            consumer.subscribe(List.of("images"));
            Await.until("the group to be joined", List.of(broker), () -> {
                consumer.poll(Duration.ofMillis(100));
                return !consumer.assignment().isEmpty();
            });

            broker.pause();
            clients.giveUp();
            long start = System.nanoTime();
            consumer.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        } finally {
            broker.kill();
        }
    }
}
