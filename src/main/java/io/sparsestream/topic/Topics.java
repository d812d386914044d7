package io.sparsestream.topic;

import java.util.Collection;
import java.util.List;

/**
 * Names of the topics that one model's trainer and scoring application write.
 *
 * @param model the model's name, such as {@code sparse}
 */
public record Topics(String model) {
    /** Where the images come from unless told otherwise; all models share it. */
    public static final String IMAGES = "images";

    /** What people tell models while these learn; all models share it. */
    public static final String CONTROL = "control";

    /** Store of the checkpoints of a task of one model; part of its changelog topic's name. */
    public static final String CHECKPOINT_STORE = "checkpoint";

    /** Store of the models by key; part of its changelog topic's name. */
    public static final String MODELS_STORE = "models";

    /** The topic of the parameters of a model without a name: what those of all models begin with. */
    private static final String PARAMETERS = "model.";

    private static final String APPLICATION = "sparsestream-";

    /** Names of the models that have a topic of parameters among those topics. */
    public static List<String> models(Collection<String> topics) {
        return topics.stream()
                .filter(topic -> topic.startsWith(PARAMETERS) && topic.length() > PARAMETERS.length())
                .map(topic -> topic.substring(PARAMETERS.length()))
                .sorted()
                .toList();
    }

    /** Whether it is one that the Kafka Streams of a trainer or a scoring application keeps for itself. */
    public static boolean isOfKafkaStreams(String topic) {
        return topic.startsWith(APPLICATION) && (topic.endsWith("-changelog") || topic.endsWith("-repartition"));
    }

    /** All that the model's trainer and scoring application write, but for what Kafka Streams keeps of its own. */
    public List<String> written() {
        return List.of(
                reconstructions(),
                activations(),
                parameters(),
                deadLetters(),
                units(),
                anomalies(),
                updates(),
                globals(),
                scores(),
                scoreDeadLetters(),
                scoreAnomalies());
    }

    public String reconstructions() {
        return "reconstructions." + model;
    }

    public String activations() {
        return "activations." + model;
    }

    /** Compacted: the newest checkpoint's tensors. */
    public String parameters() {
        return PARAMETERS + model;
    }

    public String deadLetters() {
        return "dead-letters." + model;
    }

    /** Records that are unlike those before them, where these are to be told. */
    public String anomalies() {
        return "anomalies." + model;
    }

    /** Compacted: which images activate each unit most. */
    public String units() {
        return "units." + model;
    }

    /** What each of several replicas has changed, for the averager. */
    public String updates() {
        return "updates." + model;
    }

    /** The averager's answers: new global parameters, for each replica on the partition of its images. */
    public String globals() {
        return "globals." + model;
    }

    /** Where Kafka Streams keeps the checkpoints. */
    public String checkpoints() {
        return applicationId() + "-" + CHECKPOINT_STORE + "-changelog";
    }

    /** Where Kafka Streams keeps the models by key: a model that has this topic takes no commands. */
    public String models() {
        return applicationId() + "-" + MODELS_STORE + "-changelog";
    }

    /** What the model makes of each image when it does not learn. */
    public String scores() {
        return "scores." + model;
    }

    /** What the scoring application cannot score. */
    public String scoreDeadLetters() {
        return "dead-letters.scores." + model;
    }

    /** Scored records that are unlike those that the model has learned from, where these are to be told. */
    public String scoreAnomalies() {
        return "anomalies.scores." + model;
    }

    /** {@code application.id} of the scoring application, and so its consumer group. */
    public String scoreApplicationId() {
        return APPLICATION + "score-" + model;
    }

    /** {@code application.id} of the trainer, and so its consumer group. */
    public String applicationId() {
        return APPLICATION + model;
    }
}
