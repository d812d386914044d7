package io.sparsestream.cli.option;

import io.sparsestream.cli.terminal.Quoted;
import java.util.regex.Pattern;

/** A model's name becomes part of topic names. */
public final class ModelName {
    private static final int LONGEST = 100;
    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1," + LONGEST + "}");

    private ModelName() {}

    /** @throws IllegalArgumentException if Kafka would not take it */
    public static String check(String name) {
        if (!LEGAL.matcher(name).matches()) {
            throw new IllegalArgumentException("a model's name has letters (a to z), digits, dots, dashes and"
                    + " underscores, 1 to " + LONGEST + " in all, not " + Quoted.of(name));
        }
        if (name.startsWith("score-") || name.startsWith("scores.")) {
            throw new IllegalArgumentException("a model's name begins with neither score- nor scores., not " + name
                    + ": that is how the groups and topics of score begin");
        }
        return name;
    }

    /** As part of a file's name: one of many models has its key in its name, with a slash and whatever else. */
    public static String inFile(String name) {
        return name.replaceAll("[^a-zA-Z0-9._-]", "_");
    }
}
