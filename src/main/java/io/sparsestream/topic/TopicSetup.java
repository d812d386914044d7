package io.sparsestream.topic;

import io.sparsestream.model.ModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the topics that are missing, each bounded in size so that an endless replay never fills a disk. */
public final class TopicSetup {
    /**
     * What we write is stamped by the broker's clock alone: ours may be wrong, by more than a broker accepts, and retention
     * is to count from when a record was written, not from when its image was taken.
     */
    public static final Map<String, String> BY_BROKERS_CLOCK =
            Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");

    /** Bytes of the largest record: one of a model, or a dead letter, which has more headers than what was received. */
    public static final int MAX_REQUEST_BYTES = 2 * 1024 * 1024;

    private static final Map<String, String> IMAGES =
            Map.of(TopicConfig.RETENTION_BYTES_CONFIG, "536870912", TopicConfig.SEGMENT_BYTES_CONFIG, "67108864");

    private static final Map<String, String> OUTPUT = with(IMAGES, BY_BROKERS_CLOCK);

    /** A dead letter is a record up to the broker's limit, and then has more headers. */
    private static final Map<String, String> DEAD_LETTERS =
            with(OUTPUT, Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_REQUEST_BYTES)));

    private static final Map<String, String> CONTROL = with(
            BY_BROKERS_CLOCK,
            Map.of(TopicConfig.RETENTION_BYTES_CONFIG, "16777216", TopicConfig.SEGMENT_BYTES_CONFIG, "16777216"));

    /**
     * What replicas and averager send one another. A reader never needs more than the last two rounds and checkpoints, but it
     * may need them after any downtime: so there is no time limit.
     */
    private static final Map<String, String> ROUNDS = with(OUTPUT, Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1"));

    /**
     * Of a store, overwritten whole every few seconds: compact soon, so that a start reads little. What is deleted is told for a
     * day, Kafka's default: a trainer that gets a task back has an old copy of the store, and would keep what it does not
     * hear of.
     */
    public static final Map<String, String> CHANGELOG = with(
            BY_BROKERS_CLOCK,
            Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
                    TopicConfig.SEGMENT_BYTES_CONFIG, "16777216",
                    TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.01"));

    /** The same of a topic that readers read from its beginning: they need not hear of what is deleted. */
    private static final Map<String, String> COMPACTED =
            with(CHANGELOG, Map.of(TopicConfig.DELETE_RETENTION_MS_CONFIG, "1000"));

    private static Map<String, String> with(Map<String, String> config, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(config);
        all.putAll(more);
        return Map.copyOf(all);
    }

    private TopicSetup() {}

    /** Creates the images topic with one partition, unless it exists. */
    public static void createImages(Map<String, Object> kafka, String topic)
            throws ExecutionException, InterruptedException {
        BrokerQuestion.ask(kafka, admin -> createMissing(admin, Map.of(topic, IMAGES)));
    }

    /**
     * Creates the images topic with so many partitions.
     *
     * @throws ModelException if it exists with another number
     */
    public static void createImages(Map<String, Object> kafka, String topic, int partitions)
            throws ExecutionException, InterruptedException {
        int found = BrokerQuestion.ask(
                kafka, admin -> partitions(createMissing(admin, Map.of(topic, IMAGES), partitions), topic, partitions));
        if (found != partitions) {
            throw new ModelException("topic " + topic + " exists with " + found + " partitions, not " + partitions
                    + ": choose another topic, or that number");
        }
    }

    /**
     * Creates a topic for records as a person wants it, unless it exists: bounded as those that a replay creates.
     *
     * @param replication copies of each record; empty for the brokers' own setting
     * @param config the topic's properties, before those that bound it
     * @return partitions of the topic that was there before; empty if it has been created
     */
    public static OptionalInt create(
            Map<String, Object> kafka,
            String topic,
            int partitions,
            Optional<Short> replication,
            Map<String, String> config)
            throws ExecutionException, InterruptedException {
        return BrokerQuestion.ask(kafka, admin -> {
            TopicDescription found = describe(admin, Set.of(topic)).get(topic);
            if (found != null) {
                return OptionalInt.of(found.partitions().size());
            }
            create(
                    admin,
                    List.of(new NewTopic(topic, Optional.of(partitions), replication).configs(with(IMAGES, config))));
            return OptionalInt.empty();
        });
    }

    /** Creates a model's topic, unless it exists. */
    static void createParameters(Map<String, Object> kafka, Topics topics)
            throws ExecutionException, InterruptedException {
        BrokerQuestion.ask(kafka, admin -> createMissing(admin, Map.of(topics.parameters(), COMPACTED)));
    }

    /**
     * Creates what a scoring application needs, unless it exists.
     *
     * @throws ModelException if it is a model for each key, of which none is the newest one
     */
    public static void createScores(Map<String, Object> kafka, String images, Topics topics)
            throws ExecutionException, InterruptedException {
        BrokerQuestion.ask(kafka, admin -> {
            if (admin.listTopics().names().get().contains(topics.models())) {
                throw new ModelException("model " + topics.model() + " is a model for each key, and score goes by one:"
                        + " export that of a key (--key) and import it under a name of its own");
            }
            return createMissing(
                    admin, Map.of(images, IMAGES, topics.scores(), OUTPUT, topics.scoreDeadLetters(), DEAD_LETTERS));
        });
    }

    /**
     * Creates what a trainer needs, unless it exists.
     *
     * @return partitions of the images topic: so many replicas learn the model
     * @throws ModelException if the control topic has several partitions, or the model was learned from another number
     *     of partitions
     */
    public static int createAll(Map<String, Object> kafka, String images, Topics topics)
            throws ExecutionException, InterruptedException {
        return BrokerQuestion.ask(kafka, admin -> {
            Map<String, Map<String, String>> configs = trainer(images, topics);
            configs.put(topics.units(), COMPACTED);
            configs.put(Topics.CONTROL, CONTROL);
            Map<String, TopicDescription> found = createMissing(admin, configs);
            if (partitions(found, Topics.CONTROL, 1) != 1) {
                throw new ModelException("topic " + Topics.CONTROL
                        + " has several partitions, but what models are told has one order: create it with"
                        + " --partitions 1");
            }
            int partitions = partitions(found, images, 1);
            requireAsBefore(admin, topics.checkpoints(), images, partitions, topics);
            if (partitions > 1) {
                createMissing(admin, Map.of(topics.updates(), ROUNDS));
                createMissing(admin, Map.of(topics.globals(), ROUNDS), partitions);
            }
            return partitions;
        });
    }

    /** What has been learned from each partition lies in the partition of that number. */
    private static void requireAsBefore(Admin admin, String checkpoints, String images, int partitions, Topics topics)
            throws ExecutionException, InterruptedException {
        int before = partitions(describe(admin, Set.of(checkpoints)), checkpoints, partitions);
        if (before != partitions) {
            throw new ModelException("model " + topics.model() + " has learned from " + before
                    + " partitions, but topic " + images + " has " + partitions
                    + ": choose another --model name, or another --topic");
        }
    }

    /** Partitions of a topic that was there, or how many it has been created with. */
    private static int partitions(Map<String, TopicDescription> found, String topic, int created) {
        return found.containsKey(topic) ? found.get(topic).partitions().size() : created;
    }

    private static Map<String, TopicDescription> createMissing(Admin admin, Map<String, Map<String, String>> configs)
            throws ExecutionException, InterruptedException {
        return createMissing(admin, configs, 1);
    }

    /**
     * Creates what a trainer of a model for each key needs, unless it exists.
     *
     * @return the number of partitions that the images topic has
     * @throws ModelException if the models were learned from another number of partitions
     */
    public static int createPerKey(Map<String, Object> kafka, String images, Topics topics)
            throws ExecutionException, InterruptedException {
        return BrokerQuestion.ask(kafka, admin -> {
            int partitions = partitions(createMissing(admin, trainer(images, topics)), images, 1);
            requireAsBefore(admin, topics.models(), images, partitions, topics);
            return partitions;
        });
    }

    /**
     * Creates a topic of anomalies, unless it exists.
     *
     * @param topic {@link Topics#anomalies} or {@link Topics#scoreAnomalies} of a model
     */
    public static void createAnomalies(Map<String, Object> kafka, String topic)
            throws ExecutionException, InterruptedException {
        BrokerQuestion.ask(kafka, admin -> createMissing(admin, Map.of(topic, OUTPUT)));
    }

    private static Map<String, Map<String, String>> trainer(String images, Topics topics) {
        return new HashMap<>(Map.of(
                images,
                IMAGES,
                topics.reconstructions(),
                OUTPUT,
                topics.activations(),
                OUTPUT,
                topics.parameters(),
                COMPACTED,
                topics.deadLetters(),
                DEAD_LETTERS));
    }

    /**
     * Asks first, since creating takes a right that a client need not have where all topics are there.
     *
     * @return those that were there
     */
    private static Map<String, TopicDescription> createMissing(
            Admin admin, Map<String, Map<String, String>> configs, int partitions)
            throws ExecutionException, InterruptedException {
        Map<String, TopicDescription> found = describe(admin, configs.keySet());
        List<NewTopic> missing = new ArrayList<>();
        configs.forEach((name, config) -> {
            if (!found.containsKey(name)) {
                missing.add(new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(config));
            }
        });
        create(admin, missing);
        return found;
    }

    /** Those that are there. */
    static Map<String, TopicDescription> describe(Admin admin, Set<String> topics)
            throws ExecutionException, InterruptedException {
        Map<String, TopicDescription> found = new HashMap<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                admin.describeTopics(topics).topicNameValues().entrySet()) {
            try {
                found.put(topic.getKey(), topic.getValue().get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return found;
    }

    /** All in one request, since the controller takes its time over each. */
    private static void create(Admin admin, List<NewTopic> topics) throws ExecutionException, InterruptedException {
        for (KafkaFuture<Void> created : admin.createTopics(topics).values().values()) {
            try {
                created.get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // another was quicker
                    throw e;
                }
            }
        }
    }
}
