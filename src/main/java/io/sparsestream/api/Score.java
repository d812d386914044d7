package io.sparsestream.api;

/**
 * How well a model reconstructs a vector, by the weights before it learns from it.
 *
 * @param mse mean squared error, of scaled inputs where they are scaled
 * @param anomaly standard deviations by which ln mse is above its mean over about the last 1,000 vectors that were learned
 *     from; NaN before there are a hundred
 * @param rank share of about the last 10,000 of them whose error was less, 0 … 1; NaN likewise
 * @param reconstruction of the inputs, in their own units
 */
public record Score(double mse, double anomaly, double rank, float[] reconstruction) {}
