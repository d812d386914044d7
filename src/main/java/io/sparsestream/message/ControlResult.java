package io.sparsestream.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What became of a control record. It stands on the activations topic between the states of learning, which have no
 * {@code event}.
 *
 * @param model the model's name
 * @param step updates made before it took effect, or was refused: the first step that it changes has this number
 * @param images trained before it
 * @param control as it was understood, or null if it was not
 * @param refused why it has no effect, or null if it has
 * @param hyperparameters with which the model goes on
 * @param source where the control record stands: {@code topic-partition@offset}
 */
@JsonPropertyOrder("event")
public record ControlResult(
        String model,
        long step,
        long images,
        Control control,
        String refused,
        Hyperparameters hyperparameters,
        String source) {
    /** The event's name, which tells these records from the states of learning. */
    public static final String EVENT = "control";

    /** @throws IllegalArgumentException if it says neither what has been done nor why not */
    public ControlResult {
        if (hyperparameters == null || control == null && refused == null) {
            throw new IllegalArgumentException("the answer to a control record has no "
                    + (hyperparameters == null ? "hyperparameters" : "control record and is no refusal"));
        }
    }

    /**
     * Reads a control record and applies it, and says what became of it.
     *
     * @param learner of the model
     * @param value of the record
     * @param apply throws an IllegalArgumentException, with nothing changed, if that cannot be done
     */
    public static ControlResult of(
            String model, Learner learner, byte[] value, String source, Consumer<Control> apply) {
        Control control = null;
        String refused = null;
        try {
            control = Control.read(value);
            apply.accept(control);
        } catch (IllegalArgumentException e) {
            refused = e.getMessage();
        }
        return new ControlResult(
                model,
                learner.state().step(),
                learner.state().images(),
                control,
                refused,
                learner.hyperparameters(),
                source);
    }

    /** In one line, for the log. */
    public String text() {
        return "model " + model + " at step " + step + ": "
                + (refused == null ? effect() : "control record " + source + " refused: " + refused);
    }

    /** What was said, with the values as they were understood: {@code set beta=0.0075}. */
    public String effect() {
        if (control == null) {
            return "control record";
        }
        if (refused != null || control.command() != Control.Command.SET) {
            return control.text();
        }
        Map<String, String> understood = new LinkedHashMap<>(control.hyperparameters());
        understood.replaceAll(hyperparameters.values()::getOrDefault);
        return Control.set(understood).text();
    }

    /** Whether the model is not the one any more that it was before. */
    public boolean setBack() {
        return refused == null
                && (control.command() == Control.Command.ROLLBACK || control.command() == Control.Command.RESET);
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String event() {
        return EVENT;
    }
}
