package io.sparsestream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.application.BrokerWatch;
import io.sparsestream.application.Health;
import io.sparsestream.application.StreamsApplication;
import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.Control;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Reason;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.keyed.KeyedListener;
import io.sparsestream.stream.keyed.ModelKey;
import io.sparsestream.stream.keyed.PerKey;
import io.sparsestream.support.Await;
import io.sparsestream.support.LogLines;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.ControlTopic;
import io.sparsestream.topic.MonotonicTime;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

/** What a trainer says of itself while brokers, topics and clocks do what they should not. */
class TrainerHealthIT extends OnRealBroker {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static void assertFails(Trainer trainer, String text) {
        assertThatThrownBy(() -> trainer.failed().get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(ModelException.class)
                .hasMessageMatching(text);
        assertThat(trainer.state()).isEqualTo(Trainer.State.FAILED);
        assertThat(trainer.health().ready()).isFalse();
        assertThat(trainer.health().live()).isFalse();
        assertThat(trainer.health().text()).matches("not ready: stopped by an error: " + text);
    }

    @Test
    void aBrokerThatIsAwayIsToldAndComesBack() throws Exception {
        try (Trainer trainer = train(SOON)) {
            send(0, BATCH);
            await(TOPICS.reconstructions(), BATCH);
            assertThat(trainer.health()).isEqualTo(Health.READY);

            String servers = broker.bootstrapServers();
            broker.close();
            try (LogLines log = new LogLines(BrokerWatch.class)) {
                Await.until(
                        "the broker to be missed",
                        Duration.ofSeconds(30),
                        () -> !trainer.health().ready());
                assertThat(trainer.health().live()).isTrue();
                assertThat(trainer.health().text())
                        .matches("not ready: the broker at " + servers + " has not answered for \\d+ s");
                assertThat(trainer.state()).isEqualTo(Trainer.State.UNREACHABLE);
                assertThat(trainer.isBrokerReachable()).isFalse();
                Await.until(
                        "a line of it on the log", PATIENCE, () -> !log.lines().isEmpty());
                assertThat(log.lines())
                        .singleElement()
                        .asString()
                        .startsWith("model sparse: the broker at " + servers + " has not answered for ")
                        .endsWith(" s; is it running, and can it be reached from here? All goes on by itself once it"
                                + " answers");
            }
            int port = Integer.parseInt(servers.substring(servers.indexOf(':') + 1));
            broker = EmbeddedBroker.start(directory.resolve("broker"), port);
            Await.until(
                    "the trainer to be ready", PATIENCE, () -> trainer.health().equals(Health.READY));
            send(BATCH, 2 * BATCH);
            await(TOPICS.reconstructions(), 2 * BATCH);
            assertThat(trainer.failed()).isNotDone();
        }
    }

    @Test
    void anImagesTopicThatIsCreatedAgainWhileItLearnsIsNotTakenForTheOldOne() throws Exception {
        try (Trainer trainer = train(SOON)) {
            send(0, BATCH);
            await(TOPICS.reconstructions(), BATCH);
            try (Admin admin = Admin.create(kafka)) {
                String before = id(admin);
                Await.pass("the trainer is to see the topic first", Duration.ofMillis(1500));
                admin.deleteTopics(List.of(Topics.IMAGES)).all().get();
                TopicSetup.createImages(kafka, Topics.IMAGES);
                assertFails(
                        trainer,
                        "topic images has been deleted and created again \\(its id was \\Q" + before + "\\E and is \\Q"
                                + id(admin) + "\\E\\), and model sparse has read the one before: start again with"
                                + " --on-gap=continue to go on with the new one");
            }
        }
    }

    private static String id(Admin admin) throws Exception {
        AtomicReference<String> id = new AtomicReference<>();
        Await.until("the broker to know the topic", () -> {
            id.set(admin.describeTopics(List.of(Topics.IMAGES))
                    .allTopicNames()
                    .get()
                    .get(Topics.IMAGES)
                    .topicId()
                    .toString());
            return true;
        });
        return id.get();
    }

    @Test
    void aTopicThatIsDeletedWhileItLearnsIsNamed() throws Exception {
        try (Trainer trainer = train(SOON)) {
            send(0, BATCH);
            await(TOPICS.reconstructions(), BATCH);
            Await.pass("the trainer is to see the topic first", Duration.ofMillis(1500));
            try (Admin admin = Admin.create(kafka)) {
                admin.deleteTopics(List.of(Topics.IMAGES)).all().get();
            }
            assertFails(
                    trainer,
                    "topic images of model sparse can no longer be found on the broker at "
                            + broker.bootstrapServers() + ": restore what was deleted and start again, or start again"
                            + " without, which says what that means");
        }
    }

    @Test
    void nothingButDeadLettersIsRemarkable() throws Exception {
        List<String> reasons = new ArrayList<>();
        TrainingListener hears = new TrainingListener() {
            @Override
            public void onDeadLetter(Reason reason) {
                reasons.add(reason.text());
            }
        };
        try (Trainer trainer = train(settings(SOON, OnGap.FAIL), hears)) {
            for (int i = 0; i < 12; i++) {
                send(new ProducerRecord<>(Topics.IMAGES, null, HeaderName.utf8("short"), new byte[i]));
            }
            await(TOPICS.deadLetters(), 12);
            assertThat(trainer.health())
                    .isEqualTo(Health.readyBut(
                            "but the last 12 records were all dead letters: value of 11 bytes, not 784"));
            assertThat(trainer.trouble())
                    .contains("the last 12 records were all dead letters: value of 11 bytes, not 784");
            assertThat(reasons).hasSize(12).startsWith("value of 0 bytes, not 784");

            send(0, 1);
            await(TOPICS.reconstructions(), 1);
            assertThat(trainer.health()).isEqualTo(Health.READY);
        }
    }

    @Test
    void aPauseSaysByWhichRecord() throws Exception {
        try (Trainer trainer = train(SOON);
                ControlTopic topic = new ControlTopic(kafka)) {
            topic.ask("sparse", Control.set(Map.of("rho", "0.02")), PATIENCE).orElseThrow();
            topic.ask("sparse", Control.pause(), PATIENCE).orElseThrow();
            assertThat(trainer.health()).isEqualTo(Health.readyBut("paused by control-0@1"));

            topic.ask("sparse", Control.resume(), PATIENCE).orElseThrow();
            assertThat(trainer.health()).isEqualTo(Health.READY);
        }
    }

    @Test
    void aStandbyIsReadyAndSaysSoAndTheSameStateIsRefused() throws Exception {
        try (Trainer trainer = train(SOON)) {
            send(0, 1);
            await(TOPICS.reconstructions(), 1);
            assertThatThrownBy(() -> train(SOON))
                    .isInstanceOf(ModelException.class)
                    .hasMessage("another process runs model sparse on the state in " + directory.resolve("state")
                            + ": stop it, or give this one a --state-dir of its own");
            try (Trainer standby = train(elsewhere(), new TrainingListener() {})) {
                // Whichever of the two Kafka Streams gives the partition to.
                String standingBy = "ready, standing by: other trainers of the model have all partitions";
                Await.until(
                        "one to stand by",
                        PATIENCE,
                        () -> Set.of("ready", standingBy)
                                .equals(Stream.of(trainer, standby)
                                        .map(each -> each.health().text())
                                        .collect(Collectors.toSet())));
            }
            assertThat(trainer.failed()).isNotDone();
        }
    }

    private TrainerSettings elsewhere() {
        return with(kafka, directory.resolve("elsewhere"));
    }

    private TrainerSettings with(Map<String, Object> properties, Path stateDirectory) {
        TrainerSettings here = settings(SOON, OnGap.FAIL);
        return new TrainerSettings(properties, stateDirectory, here.sync(), here.task());
    }

    /** @param off milliseconds by which the trainer's clock is ahead */
    private Trainer trainBy(AtomicLong off, TrainingListener listener) throws Exception {
        return Trainer.start(
                settings(SOON, OnGap.FAIL),
                () -> new Autoencoder(Architecture.DEFAULT, Hyperparameters.SPARSE, new OpenBlas()),
                listener,
                () -> ahead(off));
    }

    private static MonotonicTime ahead(AtomicLong off) {
        return new MonotonicTime(() -> System.currentTimeMillis() + off.get(), System::nanoTime);
    }

    private void closeBroker() {
        try {
            broker.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertEachImageIsReconstructedOnce(int images) throws Exception {
        assertThat(read(TOPICS.reconstructions()))
                .extracting(record -> HeaderName.text(record.headers(), HeaderName.SOURCE))
                .containsExactlyElementsOf(LongStream.range(0, images)
                        .mapToObj(offset -> "images-0@" + offset)
                        .toList());
    }

    /** Kafka's own clients wait by the real clock here: that they are made anew is what is tested. */
    @Test
    void aClockThatIsSetBackMakesTheClientsAnewAndNothingIsLostOrDoubled() throws Exception {
        AtomicLong off = new AtomicLong();
        AtomicInteger bound = new AtomicInteger();
        AtomicInteger unbound = new AtomicInteger();
        List<KafkaStreams> instances = new ArrayList<>();
        try (Trainer trainer = trainBy(off, new TrainingListener() {});
                AutoCloseable binding = trainer.bind(streams -> {
                    instances.add(streams);
                    bound.incrementAndGet();
                    return unbound::incrementAndGet;
                })) {
            send(0, 150);
            await(trainer, TOPICS.reconstructions(), 150);

            off.set(-TimeUnit.HOURS.toMillis(1));
            try (LogLines log = new LogLines(StreamsApplication.class)) {
                Await.until("the clients to be made anew", PATIENCE, () -> bound.get() == 2);
                assertThat(log.lines())
                        .containsExactly("model sparse: the clock of this machine has been set back by 3600 s: the"
                                + " connections to Kafka are made anew");
            }
            assertThat(unbound).hasValue(1);
            assertThat(instances.get(0)).isNotSameAs(instances.get(1));
            send(150, 300);
            await(trainer, TOPICS.reconstructions(), 300);

            off.set(TimeUnit.HOURS.toMillis(1));
            Await.pass("two looks at the clock", Duration.ofMillis(2500));
            send(300, 400);
            await(trainer, TOPICS.reconstructions(), 400);
            assertThat(bound).as("a clock that is set forward").hasValue(2);
            assertThat(trainer.health()).isEqualTo(Health.READY);
            assertThat(trainer.failed()).isNotDone();
        }
        assertThat(unbound).hasValue(2);
        assertEachImageIsReconstructedOnce(400);
    }

    /** Its stream thread waits for an answer to what it has sent, and its state updater has nothing to do. */
    @Test
    void aClockThatIsSetBackInMidCommitWhileTheBrokerIsAwayHangsNothing() throws Exception {
        int images = 6000;
        AtomicLong off = new AtomicLong();
        AtomicInteger bound = new AtomicInteger();
        try (Trainer trainer = trainBy(off, new TrainingListener() {});
                AutoCloseable binding = trainer.bind(streams -> {
                    bound.incrementAndGet();
                    return () -> {};
                })) {
            send(0, images);
            await(trainer, TOPICS.reconstructions(), BATCH);
            int port = Integer.parseInt(broker.bootstrapServers().split(":")[1]);
            broker.close();
            off.set(-TimeUnit.HOURS.toMillis(1));
            Await.until("the clients to be made anew", Duration.ofSeconds(50), () -> bound.get() == 2);

            broker = EmbeddedBroker.start(directory.resolve("broker"), port);
            await(trainer, TOPICS.reconstructions(), images);
            assertThat(trainer.failed()).isNotDone();
        }
        assertEachImageIsReconstructedOnce(images);
    }

    /** Its stream thread asks what has been committed, and its store is open: it must be closed, which frees its lock. */
    @Test
    void aClockThatIsSetBackWhileATaskStartsAndTheBrokerIsAwayLeavesNoStoreOpen() throws Exception {
        int port = Integer.parseInt(broker.bootstrapServers().split(":")[1]);
        AtomicLong off = new AtomicLong();
        AtomicInteger tasks = new AtomicInteger();
        Supplier<Learner> learner = () -> {
            if (tasks.incrementAndGet() == 1) {
                closeBroker();
                off.set(-TimeUnit.HOURS.toMillis(1));
            }
            return new Autoencoder(Architecture.DEFAULT, Hyperparameters.SPARSE, new OpenBlas());
        };
        AtomicInteger begun = new AtomicInteger();
        try (Trainer trainer = Trainer.start(settings(SOON, OnGap.FAIL), learner, new TrainingListener() {}, () -> {
            begun.incrementAndGet();
            return ahead(off);
        })) {
            Await.until("the clients to be made anew", Duration.ofSeconds(50), () -> begun.get() == 2);
            broker = EmbeddedBroker.start(directory.resolve("broker"), port);
            Await.until(
                    "the task to have started",
                    PATIENCE,
                    () -> trainer.health().ready() || trainer.failed().isDone());
            assertThat(trainer.failed()).isNotDone();
            send(0, BATCH);
            await(trainer, TOPICS.reconstructions(), BATCH);
            assertThat(trainer.failed()).isNotDone();
        }
        assertEachImageIsReconstructedOnce(BATCH);
    }

    /** Kafka's clients wait by the real clock here: so what one of them would throw comes from a listener. */
    @Test
    void aWaitThatAClockSetForwardHasEndedEarlyMakesTheClientsAnew() throws Exception {
        AtomicLong off = new AtomicLong();
        AtomicInteger bound = new AtomicInteger();
        TrainingListener waiting = new TrainingListener() {
            @Override
            public void onReconstruction(long latencyMillis) {
                if (off.get() > 0 && bound.get() == 1) {
                    throw new StreamsException(new TimeoutException("not present in metadata after 60000 ms"));
                }
            }
        };
        try (Trainer trainer = trainBy(off, waiting);
                AutoCloseable binding = trainer.bind(streams -> {
                    bound.incrementAndGet();
                    return () -> {};
                });
                LogLines log = new LogLines(StreamsApplication.class)) {
            send(0, BATCH);
            await(trainer, TOPICS.reconstructions(), BATCH);
            off.set(TimeUnit.HOURS.toMillis(1));
            send(BATCH, 3 * BATCH);
            await(trainer, TOPICS.reconstructions(), 3 * BATCH);
            assertThat(bound).hasValue(2);
            assertThat(log.lines())
                    .containsExactly(
                            "model sparse: the clock of this machine has been set forward, so that Kafka seemed"
                                    + " not to answer: the connections to Kafka are made anew");
            assertThat(trainer.failed()).isNotDone();
        }
        assertEachImageIsReconstructedOnce(3 * BATCH);
    }

    @Test
    void whoSteersConnectsAnewToo() throws Exception {
        TopicSetup.createAll(kafka, Topics.IMAGES, TOPICS);
        AtomicLong off = new AtomicLong();
        AtomicInteger connections = new AtomicInteger();
        try (ControlTopic topic = new ControlTopic(kafka, () -> {
            connections.incrementAndGet();
            return ahead(off);
        })) {
            assertThat(topic.send("sparse", Control.pause())).isEqualTo("control-0@0");
            assertThat(connections).hasValue(1);
            off.set(-TimeUnit.HOURS.toMillis(1));
            assertThat(topic.send("sparse", Control.resume())).isEqualTo("control-0@1");
            assertThat(connections).hasValue(2);
        }
    }

    @Test
    void aTopicThatTakesNoRecordOfThatSizeIsNamedWithItsSetting() throws Exception {
        try (Trainer trainer = train(SOON)) {
            alter(TOPICS.parameters(), TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "50000");
            send(0, BATCH);
            assertFails(
                    trainer,
                    "topic model.sparse does not take a record of model sparse, which has up to 2097152 bytes: set the"
                            + " topic's max.message.bytes to that and start again");
        }
        alter(TOPICS.parameters(), TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "2097152");
        try (Trainer trainer = train(SOON)) {
            await(TOPICS.reconstructions(), BATCH);
            await(TOPICS.parameters(), published -> step() == 1);
        }
    }

    private void alter(String topic, String name, String value) throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    /** A topic of an earlier version, by the clock of whoever writes; the broker's is taken to be far off. */
    @Test
    void aTopicThatTakesNoTimestampOfOursNamesBothClocks() throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(List.of(new NewTopic(TOPICS.reconstructions(), 1, (short) 1)
                            .configs(Map.of(
                                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                    "CreateTime",
                                    TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
                                    "0"))))
                    .all()
                    .get();
        }
        try (Trainer trainer = train(SOON)) {
            send(0, BATCH);
            assertFails(
                    trainer,
                    "topic reconstructions.sparse does not take the timestamps of model sparse: the clock of this machine"
                            + " and that of the broker at " + broker.bootstrapServers() + " are further apart than .*"
                            + "Compare what 'date -u' prints on both and set the wrong clock, or set the topic's"
                            + " message.timestamp.type to LogAppendTime, and start again");
        }
    }

    @Test
    void whatItWritesIsStampedByTheBrokersClock() throws Exception {
        long yearAgo = System.currentTimeMillis() - Duration.ofDays(365).toMillis();
        try (Trainer trainer = train(SOON)) {
            List<ProducerRecord<byte[], byte[]>> old = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                old.add(new ProducerRecord<>(Topics.IMAGES, null, yearAgo, null, digits.get(i)));
            }
            old.add(new ProducerRecord<>(Topics.IMAGES, null, yearAgo, null, new byte[3]));
            send(old);
            await(TOPICS.reconstructions(), BATCH);
            await(TOPICS.parameters(), published -> step() == 1);
            await(TOPICS.deadLetters(), 1);
        }
        List<ConsumerRecord<byte[], byte[]>> written = new ArrayList<>();
        for (String topic : List.of(
                TOPICS.reconstructions(),
                TOPICS.activations(),
                TOPICS.parameters(),
                TOPICS.deadLetters(),
                TOPICS.checkpoints())) {
            written.addAll(read(topic));
        }
        assertThat(written).hasSizeGreaterThan(BATCH).allSatisfy(record -> {
            assertThat(record.timestampType()).as(record.topic()).isEqualTo(TimestampType.LOG_APPEND_TIME);
            assertThat(record.timestamp())
                    .isGreaterThan(yearAgo + Duration.ofDays(364).toMillis());
        });
    }

    @Test
    void partitionsThatAreAddedWhileItLearnsAreNamed() throws Exception {
        Map<String, Object> attentive = new HashMap<>(kafka);
        attentive.put("metadata.max.age.ms", 500);
        try (Trainer trainer = train(with(attentive, directory.resolve("state")), new TrainingListener() {})) {
            send(0, BATCH);
            await(TOPICS.reconstructions(), BATCH);
            try (Admin admin = Admin.create(kafka)) {
                admin.createPartitions(Map.of(Topics.IMAGES, NewPartitions.increaseTo(3)))
                        .all()
                        .get();
            }
            assertFails(
                    trainer,
                    "topic images has 3 partitions now, but model sparse began with 1 and cannot go on with others:"
                            + " choose another --model name, or another --topic");
        }
    }

    @Test
    void modelsByKeyOfAnotherNumberOfPartitionsAreRefused() throws Exception {
        PerKey perKey = new PerKey(ModelKey.of("key"), 10, BATCH);
        try (Trainer trainer = trainPerKey(perKey)) {
            send(0, BATCH);
            await(TOPICS.reconstructions(), BATCH);
        }
        try (Admin admin = Admin.create(kafka)) {
            admin.createPartitions(Map.of(Topics.IMAGES, NewPartitions.increaseTo(3)))
                    .all()
                    .get();
        }
        assertThatThrownBy(() -> trainPerKey(perKey))
                .isInstanceOf(ModelException.class)
                .hasMessage("model sparse has learned from 1 partitions, but topic images has 3: "
                        + "choose another --model name, or another --topic");
    }

    private Trainer trainPerKey(PerKey perKey) throws Exception {
        return Trainer.startPerKey(
                settings(SOON, OnGap.FAIL),
                perKey,
                () -> new Autoencoder(Architecture.DEFAULT, Hyperparameters.SPARSE, new OpenBlas()),
                new KeyedListener() {});
    }
}
