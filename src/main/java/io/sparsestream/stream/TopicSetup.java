package io.sparsestream.stream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
     * @throws TrainerException if the images or the control topic has several partitions
     */
    public static void createAll(Map<String, Object> kafka, String images, Topics topics)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka)) {
            Map<String, TopicDescription> found = createMissing(
                    admin,
                    Map.of(
                            images,
                            BOUNDED,
                            Topics.CONTROL,
                            CONTROL,
                            topics.reconstructions(),
                            BOUNDED,
                            topics.activations(),
                            BOUNDED,
                            topics.parameters(),
                            COMPACTED,
                            topics.deadLetters(),
                            DEAD_LETTERS));
            for (String source : List.of(images, Topics.CONTROL)) {
                int partitions = found.containsKey(source)
                        ? found.get(source).partitions().size()
                        : 1;
                if (partitions != 1) {
                    throw new TrainerException("topic " + source + " has " + partitions
                            + " partitions: one model learns from one partition; create the topic with --partitions 1");
                }
            }
        }
    }

    /**
     * Asks first, since creating takes a right that a client need not have where all topics are there.
     *
     * @return those that were there
     */
    private static Map<String, TopicDescription> createMissing(Admin admin, Map<String, Map<String, String>> configs)
            throws ExecutionException, InterruptedException {
        Map<String, TopicDescription> found = new HashMap<>();
        List<NewTopic> missing = new ArrayList<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                admin.describeTopics(configs.keySet()).topicNameValues().entrySet()) {
            String name = topic.getKey();
            try {
                found.put(name, topic.getValue().get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                missing.add(new NewTopic(name, Optional.of(1), Optional.empty()).configs(configs.get(name)));
            }
        }
        create(admin, missing);
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
