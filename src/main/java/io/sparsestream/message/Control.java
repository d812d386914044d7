package io.sparsestream.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.learn.Names;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * What a person tells a model while it learns: the value of a record on the control topic, such as
 * {@code {"command": "set", "hyperparameters": {"beta": 0.0075}}}.
 *
 * @param hyperparameters of {@code set}: text by the name that people use; null otherwise
 * @param step of {@code rollback}: updates made up to the checkpoint to go back to; null otherwise
 * @param seed of {@code reset}: of the new weights, or null for the model's own; null otherwise
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Control(Command command, Map<String, String> hyperparameters, Long step, Long seed) {

    /** What to do. */
    public enum Command {
        /** Goes on with other hyperparameters. */
        SET("hyperparameters"),
        /** Leaves the images alone. */
        PAUSE(null),
        /** Goes on with the images. */
        RESUME(null),
        /** Goes back to a checkpoint, its hyperparameters included. */
        ROLLBACK("step"),
        /** Goes back to the beginning, with new weights. */
        RESET("seed");

        private final String field; // that it takes, or null

        Command(String field) {
            this.field = field;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @throws IllegalArgumentException if it does not say what to do */
    public Control {
        if (command == null) {
            throw new IllegalArgumentException("no command: choose from " + Arrays.toString(Command.values()));
        }
        if (command == Command.SET
                && (hyperparameters == null
                        || hyperparameters.isEmpty()
                        || hyperparameters.values().stream().anyMatch(Objects::isNull))) {
            throw new IllegalArgumentException("set needs hyperparameters, such as beta=7.5e-3");
        }
        if (command == Command.ROLLBACK && step == null) {
            throw new IllegalArgumentException("rollback needs the step of a checkpoint");
        }
    }

    /** @throws IllegalArgumentException if nothing is to be changed */
    public static Control set(Map<String, String> hyperparameters) {
        return new Control(Command.SET, hyperparameters, null, null);
    }

    public static Control pause() {
        return new Control(Command.PAUSE, null, null, null);
    }

    public static Control resume() {
        return new Control(Command.RESUME, null, null, null);
    }

    public static Control rollback(long step) {
        return new Control(Command.ROLLBACK, null, step, null);
    }

    /** @param seed of the new weights, or null for the model's own */
    public static Control reset(Long seed) {
        return new Control(Command.RESET, null, null, seed);
    }

    /** @throws IllegalArgumentException saying in one line why the bytes tell a model nothing */
    public static Control read(byte[] json) {
        if (json == null) {
            throw new IllegalArgumentException("no value");
        }
        JsonNode node = Json.tree(json);
        Command command = command(node.path("command"));
        for (String field : (Iterable<String>) node::fieldNames) {
            if (!field.equals("command") && !field.equals(command.field)) {
                throw new IllegalArgumentException(command + " takes no " + quote(field));
            }
        }
        return switch (command) {
            case SET -> set(texts(node.path("hyperparameters")));
            case PAUSE -> pause();
            case RESUME -> resume();
            case ROLLBACK -> rollback(whole("step", node.path("step")));
            case RESET -> reset(node.has("seed") ? whole("seed", node.get("seed")) : null);
        };
    }

    private static Command command(JsonNode name) {
        for (Command command : Command.values()) {
            if (command.toString().equals(name.textValue())) {
                return command;
            }
        }
        throw new IllegalArgumentException((name.isMissingNode() ? "no command" : "unknown command " + quote(name))
                + ": choose from " + Arrays.toString(Command.values()));
    }

    private static long whole(String name, JsonNode value) {
        if (!value.canConvertToLong() || !value.isIntegralNumber()) {
            throw new IllegalArgumentException(name + " must be a whole number, not " + quote(value));
        }
        return value.longValue();
    }

    /**
     * Hyperparameters of a JSON object, as text by name.
     *
     * @throws IllegalArgumentException naming the first one that is no number, text or array of them
     */
    public static Map<String, String> texts(JsonNode hyperparameters) {
        Map<String, String> texts = new LinkedHashMap<>();
        hyperparameters
                .properties()
                .forEach(entry -> texts.put(
                        Names.requireOneLine(entry.getKey()),
                        Names.requireOneLine(text(entry.getKey(), entry.getValue()))));
        return texts;
    }

    /** Numbers and text as such; several numbers, one for each layer, with slashes between them. */
    private static String text(String name, JsonNode value) {
        return value.isArray()
                ? StreamSupport.stream(value.spliterator(), false)
                        .map(each -> single(name, each))
                        .collect(Collectors.joining("/"))
                : single(name, value);
    }

    private static String single(String name, JsonNode value) {
        if (value.isNumber() || value.isTextual()) {
            return value.asText();
        }
        throw new IllegalArgumentException(quote(name) + " cannot be " + quote(value));
    }

    /** As people say it: {@code set beta=7.5e-3}, {@code rollback 1200}. */
    public String text() {
        StringBuilder text = new StringBuilder(command.toString());
        if (hyperparameters != null) {
            hyperparameters.forEach(
                    (name, value) -> text.append(' ').append(name).append('=').append(value));
        }
        if (step != null) {
            text.append(" to step ").append(step);
        }
        if (seed != null) {
            text.append(" with seed ").append(seed);
        }
        return text.toString();
    }

    /** What others wrote, short enough for one line. */
    private static String quote(Object value) {
        return Names.cut(value.toString());
    }
}
