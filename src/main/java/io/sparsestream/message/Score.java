package io.sparsestream.message;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a model makes of one image, without learning from it.
 *
 * @param step of the model
 * @param mse mean squared error of the reconstruction
 * @param anomaly standard deviations by which ln mse is above that of late: of the images that the model has learned from, or,
 *     where these are not known, of those that were scored; null for the first images
 * @param rank share of the images of late that the model has learned from whose error was less; null where they are not known
 * @param code activations of the innermost layer
 * @param reconstruction as uint8 pixels, row-major; in JSON as Base64
 * @param values the reconstruction of any other record, or of all where that is asked for
 */
public record Score(
        String model,
        long step,
        double mse,
        Double anomaly,
        @JsonInclude(JsonInclude.Include.NON_NULL) Double rank,
        float[] code,
        @JsonInclude(JsonInclude.Include.NON_NULL) byte[] reconstruction,
        @JsonInclude(JsonInclude.Include.NON_NULL) float[] values) {}
