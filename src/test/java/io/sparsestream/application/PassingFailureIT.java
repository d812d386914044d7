package io.sparsestream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.support.Await;
import io.sparsestream.support.LogLines;
import io.sparsestream.support.OnRealBroker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

/** Of what Kafka Streams dies, though nothing is wrong with what has been committed: as where a network was cut for a while. */
class PassingFailureIT extends OnRealBroker {
    private static final String INPUT = "images";
    private static final String OUTPUT = "output";

    /** In the words of Kafka's producer. */
    private static final KafkaException UNEXPLAINED_COMMIT =
            new KafkaException("Unhandled error in EndTxnResponse: The server"
                    + " experienced an unexpected error when processing the request.");

    private static final FencedInstanceIdException FENCED = new FencedInstanceIdException("fenced by another instance");

    private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>(); // of the stream thread, in turn

    /** So Kafka says that a transaction has expired: not with one of the words that Kafka Streams recovers from. */
    @Test
    void aCommitThatComesTooLateIsCalledAnInvalidState() throws Exception {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "transactional.id",
                "late",
                "transaction.timeout.ms",
                1000);
        try (Admin admin = Admin.create(kafka);
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            create(admin);
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(OUTPUT, digits.get(0)));
            producer.flush();
            Await.until("the transaction to expire", () -> state(admin) == TransactionState.COMPLETE_ABORT);

            assertThatThrownBy(producer::commitTransaction).isInstanceOf(InvalidTxnStateException.class);
        }
    }

    @Test
    void anApplicationGoesOnWithWhatHasBeenCommittedBefore() throws Exception {
        assertGoesOn(
                new InvalidTxnStateException("attempted in an invalid state"),
                "Kafka has rolled back a transaction that was not committed in time");
    }

    /**
     * As by the coordinator of Kafka 4.3.1 for a commit that comes while the transaction expires: "Preparing transaction state
     * transition to ONGOING while it already a pending state PREPARE_EPOCH_FENCE".
     */
    @Test
    void anApplicationGoesOnWhereACommitHasFailedWithoutAReason() throws Exception {
        assertGoesOn(UNEXPLAINED_COMMIT, "Kafka does not say whether it has committed a transaction");
    }

    @Test
    void anApplicationEndsWhereABrokerFailsAgain() throws Exception {
        assertEnds(UNEXPLAINED_COMMIT, "cannot do what it is asked for, most likely because its disk is full");
    }

    /** As by a coordinator that takes the place of another, and has not heard that the process was started again. */
    @Test
    void anApplicationJoinsOnceMoreWhereAnotherIsTakenForIt() throws Exception {
        assertGoesOn(FENCED, "Kafka has taken another process for this one");
    }

    @Test
    void anApplicationEndsWhereAnotherTakesItsPlaceAgain() throws Exception {
        assertEnds(FENCED, "another process has started model sparse with a copy of the state");
    }

    private void assertGoesOn(RuntimeException failure, String why) throws Exception {
        failures.add(failure);
        try (LogLines log = new LogLines(StreamsApplication.class);
                StreamsApplication application = start()) {
            Await.until("it to begin anew", application::isBeginningAnew); // which is no end
            await(OUTPUT, 1);

            assertThat(application.isBeginningAnew()).isFalse();
            assertThat(application.failed()).isNotDone();
            assertThat(log.lines())
                    .containsExactly("model sparse: " + why + ": the connections to Kafka are made anew");
        }
        assertThat(read(OUTPUT)).hasSize(1);
    }

    /** After it has happened twice. */
    private void assertEnds(RuntimeException failure, String message) throws Exception {
        failures.add(failure);
        failures.add(failure);
        try (StreamsApplication application = start()) {
            assertThatThrownBy(() -> application.failed().get(1, TimeUnit.MINUTES))
                    .hasMessageContaining(message);
        }
    }

    /** It copies an image, once it has died of all that it is to die of. */
    private StreamsApplication start() throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            create(admin);
        }
        send(0, 1);
        Properties properties = new Properties();
        properties.putAll(kafka);
        properties.put("application.id", "passing");
        properties.put("processing.guarantee", "exactly_once_v2");
        properties.put("state.dir", directory.resolve("state").toString());
        properties.put("auto.offset.reset", "earliest");
        properties.put("session.timeout.ms", 6000); // the least that a broker takes: it waits so long for who has died
        properties.put("heartbeat.interval.ms", 2000);
        Description description = new Description(
                "model sparse",
                broker.bootstrapServers(),
                INPUT,
                Set.of(INPUT),
                Set.of(OUTPUT),
                directory.resolve("state"),
                "");
        return StreamsApplication.start(kafka, properties, this::copying, new PausableClients(), description);
    }

    private Topology copying() {
        Topology topology = new Topology();
        topology.addSource(
                "source", Serdes.ByteArray().deserializer(), Serdes.ByteArray().deserializer(), INPUT);
        topology.addProcessor("processor", Copying::new, "source");
        topology.addSink(
                "sink",
                OUTPUT,
                Serdes.ByteArray().serializer(),
                Serdes.ByteArray().serializer(),
                "processor");
        return topology;
    }

    private final class Copying extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
        @Override
        public void process(Record<byte[], byte[]> image) {
            context().forward(image);
            if (!failures.isEmpty()) {
                throw failures.remove();
            }
        }
    }

    private static void create(Admin admin) throws Exception {
        admin.createTopics(List.of(
                        new NewTopic(INPUT, Optional.of(1), Optional.empty()),
                        new NewTopic(OUTPUT, Optional.of(1), Optional.empty())))
                .all()
                .get();
    }

    private static TransactionState state(Admin admin) throws Exception {
        return admin.describeTransactions(List.of("late"))
                .description("late")
                .get()
                .state();
    }
}
