package io.sparsestream.api;

/**
 * What a call of {@link SparseAutoencoder#train} has done. Errors are of the weights before each step: of vectors that the model
 * had not learned from.
 *
 * @param steps training steps made
 * @param loss mean over the steps of the whole loss, with what is added for sparsity and small weights; NaN if no step was made
 * @param mse mean over the steps of the squared error, of scaled inputs where they are scaled; NaN likewise
 */
public record Training(int steps, double loss, double mse) {}
