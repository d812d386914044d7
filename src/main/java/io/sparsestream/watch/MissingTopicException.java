package io.sparsestream.watch;

/** No model of that name has reconstructions: it may have them soon. */
public final class MissingTopicException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    MissingTopicException(String topic) {
        super("there is no topic " + topic + ": train a model of that name, or choose another with --model");
    }
}
