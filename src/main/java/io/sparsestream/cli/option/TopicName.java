package io.sparsestream.cli.option;

import io.sparsestream.cli.terminal.Quoted;
import io.sparsestream.topic.Topics;
import java.util.regex.Pattern;

/** The name of a topic of images. */
public final class TopicName {
    private static final int LONGEST = 249;
    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1," + LONGEST + "}");

    private TopicName() {}

    /** @throws IllegalArgumentException if Kafka would not take it, or it is not for images */
    public static String check(String name) {
        if (!LEGAL.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("a topic's name has letters (a to z), digits, dots, dashes and"
                    + " underscores, 1 to " + LONGEST + " in all, not " + Quoted.of(name));
        }
        if (name.equals(Topics.CONTROL)) {
            throw new IllegalArgumentException(
                    "topic " + name + " is for what models are told, not for images: choose another --topic");
        }
        if (name.startsWith("__")) {
            throw new IllegalArgumentException("topics that begin with __ are Kafka's own: choose another --topic");
        }
        return name;
    }

    /**
     * Of images that a model reads.
     *
     * @throws IllegalArgumentException also if the model itself writes to it
     */
    public static String check(String name, String model) {
        if (new Topics(model).written().contains(name)) {
            throw new IllegalArgumentException(
                    "topic " + name + " is what model " + model + " writes to: choose another --topic");
        }
        return check(name);
    }
}
