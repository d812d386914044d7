package io.sparsestream.stream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private static final Map<String, String> BOUNDED =
            Map.of(TopicConfig.RETENTION_BYTES_CONFIG, "536870912", TopicConfig.SEGMENT_BYTES_CONFIG, "67108864");
    /** A dead letter is a record up to the broker's limit, and then has more headers. */
    private static final Map<String, String> DEAD_LETTERS = Map.of(
            TopicConfig.RETENTION_BYTES_CONFIG, "536870912",
            TopicConfig.SEGMENT_BYTES_CONFIG, "67108864",
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(Trainer.MAX_REQUEST_BYTES));

    private static final Map<String, String> CONTROL =
            Map.of(TopicConfig.RETENTION_BYTES_CONFIG, "16777216", TopicConfig.SEGMENT_BYTES_CONFIG, "16777216");

    /**
     * What replicas and averager send one another: never more is needed than what the last two rounds and the last
     * checkpoints have, but that however long a process is away.
     */
    private static final Map<String, String> ROUNDS = Map.of(
            TopicConfig.RETENTION_BYTES_CONFIG, "536870912",
            TopicConfig.RETENTION_MS_CONFIG, "-1",
            TopicConfig.SEGMENT_BYTES_CONFIG, "67108864");

    /** Overwritten whole every few seconds: compact soon, so that a reader reads little. */
    static final Map<String, String> COMPACTED = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
            TopicConfig.SEGMENT_BYTES_CONFIG, "16777216",
            TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.01",
            TopicConfig.DELETE_RETENTION_MS_CONFIG, "1000");

    private TopicSetup() {}

    /** Creates the images topic with one partition, unless it exists. */
    public static void createImages(Map<String, Object> kafka, String topic)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka)) {
            createMissing(admin, Map.of(topic, BOUNDED));
        }
    }

    /**
     * Creates the images topic with so many partitions.
     *
     * @throws TrainerException if it exists with another number
     */
    public static void createImages(Map<String, Object> kafka, String topic, int partitions)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka)) {
            int found = partitions(createMissing(admin, Map.of(topic, BOUNDED), partitions), topic, partitions);
            if (found != partitions) {
                throw new TrainerException("topic " + topic + " exists with " + found + " partitions, not " + partitions
                        + ": choose another topic, or that number");
            }
        }
    }

    /** Creates a model's topic, unless it exists. */
    static void createParameters(Map<String, Object> kafka, Topics topics)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka)) {
            createMissing(admin, Map.of(topics.parameters(), COMPACTED));
        }
    }

    /** Creates what a scoring application needs, unless it exists. */
    public static void createScores(Map<String, Object> kafka, String images, Topics topics)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka)) {
            createMissing(
                    admin, Map.of(images, BOUNDED, topics.scores(), BOUNDED, topics.scoreDeadLetters(), DEAD_LETTERS));
        }
    }

    /**
     * Creates what a trainer needs, unless it exists.
     *
     * @return partitions of the images topic: so many replicas learn the model
     * @throws TrainerException if the control topic has several partitions, or the model was learned from another number
     *     of partitions
     */
    public static int createAll(Map<String, Object> kafka, String images, Topics topics)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka)) {
            Map<String, Map<String, String>> configs = trainer(images, topics);
            configs.put(Topics.CONTROL, CONTROL);
            Map<String, TopicDescription> found = createMissing(admin, configs);
            if (partitions(found, Topics.CONTROL, 1) != 1) {
                throw new TrainerException("topic " + Topics.CONTROL
                        + " has several partitions, but what models are told has one order: create it with"
                        + " --partitions 1");
            }
            int partitions = partitions(found, images, 1);
            int before = partitions(describe(admin, Set.of(topics.checkpoints())), topics.checkpoints(), partitions);
            if (before != partitions) {
                throw new TrainerException("model " + topics.model() + " has learned from " + before
                        + " partitions, but topic " + images + " has " + partitions
                        + ": choose another --model name, or another --topic");
            }
            if (partitions > 1) {
                createMissing(admin, Map.of(topics.updates(), ROUNDS));
                createMissing(admin, Map.of(topics.globals(), ROUNDS), partitions);
            }
            return partitions;
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
     */
    static int createPerKey(Map<String, Object> kafka, String images, Topics topics)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka)) {
            return partitions(createMissing(admin, trainer(images, topics)), images, 1);
        }
    }

    private static Map<String, Map<String, String>> trainer(String images, Topics topics) {
        return new HashMap<>(Map.of(
                images,
                BOUNDED,
                topics.reconstructions(),
                BOUNDED,
                topics.activations(),
                BOUNDED,
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
    private static Map<String, TopicDescription> describe(Admin admin, Set<String> topics)
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
