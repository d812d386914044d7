package io.sparsestream.topic;

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

    public String reconstructions() {
        return "reconstructions." + model;
    }

    public String activations() {
        return "activations." + model;
    }

    /** Compacted: the newest checkpoint's tensors. */
    public String parameters() {
        return "model." + model;
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

    /** {@code application.id} of the scoring application, and so its consumer group. */
    public String scoreApplicationId() {
        return "sparsestream-score-" + model;
    }

    /** {@code application.id} of the trainer, and so its consumer group. */
    public String applicationId() {
        return "sparsestream-" + model;
    }
}
