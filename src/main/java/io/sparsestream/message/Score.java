package io.sparsestream.message;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a model makes of one image, without learning from it.
 *
 * @param step of the model
 * @param mse mean squared error of the reconstruction
 * @param anomaly standard deviations by which ln mse is above that of late; null for the first images
 * @param code activations of the innermost layer
 * @param reconstruction uint8 pixels, row-major, of a record that came as such; in JSON as Base64
 * @param values the reconstruction of any other record
 */
public record Score(
        String model,
        long step,
        double mse,
        Double anomaly,
        float[] code,
        @JsonInclude(JsonInclude.Include.NON_NULL) byte[] reconstruction,
        @JsonInclude(JsonInclude.Include.NON_NULL) float[] values) {}
