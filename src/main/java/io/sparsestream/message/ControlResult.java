package io.sparsestream.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.sparsestream.learn.Hyperparameters;

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

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String event() {
        return EVENT;
    }
}
