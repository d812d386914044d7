package io.sparsestream.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.support.Await;
import io.sparsestream.support.SparsestreamProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SIGKILL of the embedded broker leaves undecided, its next start decides; a standstill leaves nothing. */
class BrokerKillIT {
    /** So many that some transaction is decided but not yet carried out whenever the broker is killed. */
    private static final int PRODUCERS = 12;

    private static final int KILLS = 3;
    private static final TopicPartition PARTITION = new TopicPartition("records", 0);

    private static final int STANDSTILLS = 30;
    private static final Duration SOON = Duration.ofMillis(900);

    @TempDir
    Path directory;

    @Test
    void everyTransactionIsCarriedOut() throws Exception {
        OneBroker brokers = new OneBroker(directory);
        SparsestreamProcess broker = brokers.start(0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()))) {
            createTopic(admin, brokers, broker);
            for (int kill = 0; kill < KILLS; kill++) {
                List<Thread> committing = new ArrayList<>();
                for (int i = 0; i < PRODUCERS; i++) {
                    committing.add(committing("producer-" + i, brokers.bootstrapServers()));
                }
                long before = end(admin, IsolationLevel.READ_UNCOMMITTED);
                SparsestreamProcess running = broker;
                Await.until(
                        "records to be committed",
                        List.of(running),
                        () -> end(admin, IsolationLevel.READ_COMMITTED) > before + 50 * PRODUCERS);
                broker.kill();
                for (Thread thread : committing) {
                    thread.interrupt();
                    thread.join();
                }

                broker = brokers.start(0);
                SparsestreamProcess restarted = broker;
                Await.until("the broker to answer again", List.of(restarted), () -> brokers.areInSync(admin));
                for (int i = 0; i < PRODUCERS; i++) { // decides what its predecessor had begun
                    try (KafkaProducer<byte[], byte[]> successor =
                            producer("producer-" + i, brokers.bootstrapServers())) {
                        successor.initTransactions();
                    }
                }
                assertThat(end(admin, IsolationLevel.READ_COMMITTED))
                        .as("where a reader of what is committed comes to, after kill %d", kill + 1)
                        .isEqualTo(end(admin, IsolationLevel.READ_UNCOMMITTED));
            }
        } finally {
            broker.kill();
        }
    }

    /** While a partition has no leader, the markers of its transactions are left out for good. */
    @Test
    void aBrokerThatGetsLittleProcessorTimeLeadsAllTheTime() throws Exception {
        OneBroker brokers = new OneBroker(directory);
        SparsestreamProcess broker = brokers.start(0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()))) {
            createTopic(admin, brokers, broker);
            Optional<Integer> epoch = leaderEpoch(admin);
            for (int i = 0; i < STANDSTILLS; i++) {
                broker.pause();
                Await.pass("another process has the processor", SOON);
                broker.goOn();
            }
            Await.until("the broker to answer again", List.of(broker), () -> brokers.areInSync(admin));

            assertThat(epoch).isPresent();
            assertThat(leaderEpoch(admin)).isEqualTo(epoch);
        } finally {
            broker.kill();
        }
    }

    private static void createTopic(Admin admin, OneBroker brokers, SparsestreamProcess broker) throws Exception {
        Await.until("the broker to answer", List.of(broker), () -> brokers.areInSync(admin));
        admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) 1)))
                .all()
                .get();
    }

    private static Optional<Integer> leaderEpoch(Admin admin) throws Exception {
        return admin.listOffsets(Map.of(PARTITION, OffsetSpec.latest()))
                .partitionResult(PARTITION)
                .get()
                .leaderEpoch();
    }

    private static long end(Admin admin, IsolationLevel level) throws Exception {
        return admin.listOffsets(Map.of(PARTITION, OffsetSpec.latest()), new ListOffsetsOptions(level))
                .partitionResult(PARTITION)
                .get()
                .offset();
    }

    private static KafkaProducer<byte[], byte[]> producer(String transactionalId, String bootstrapServers) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "transactional.id", transactionalId),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Commits one record after the other until it is interrupted. */
    private static Thread committing(String transactionalId, String bootstrapServers) {
        Thread thread = new Thread(
                () -> {
                    try (KafkaProducer<byte[], byte[]> producer = producer(transactionalId, bootstrapServers)) {
                        producer.initTransactions();
                        try {
                            while (true) {
                                producer.beginTransaction();
                                producer.send(new ProducerRecord<>(PARTITION.topic(), new byte[100]));
                                producer.commitTransaction();
                            }
                        } catch (InterruptException e) {
                            Thread.interrupted(); // so that closing need not give up
                            producer.close(Duration.ZERO);
                        }
                    }
                },
                transactionalId);
        thread.start();
        return thread;
    }
}
