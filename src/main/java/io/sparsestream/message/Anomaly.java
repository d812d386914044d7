package io.sparsestream.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * A record that is unlike those before it.
 *
 * @param step updates of the model before it saw the record
 * @param source the record, as header {@link HeaderName#SOURCE} tells it
 * @param label of the record; null if it has none
 * @param mse mean squared error, of scaled inputs where they are scaled
 * @param anomaly standard deviations by which ln mse is above that of late
 * @param rank share of the records of late whose error was less
 * @param inputs those that contribute most to the error, the first one most
 * @param reconstruction of all inputs, in their own units
 */
public record Anomaly(
        String model,
        long step,
        String source,
        @JsonInclude(JsonInclude.Include.NON_NULL) String label,
        double mse,
        double anomaly,
        double rank,
        List<Input> inputs,
        float[] reconstruction) {
    /**
     * One input.
     *
     * @param name its field, or its number from 1 on
     * @param value as it came
     * @param reconstruction what the model takes for usual beside the other inputs
     * @param share of the error, 0 … 1
     */
    public record Input(String name, float value, float reconstruction, double share) {}
}
