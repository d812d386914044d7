/**
 * The mathematics: mini-batch, parameters, losses, gradient, Adam, running averages. It knows neither Kafka nor a BLAS;
 * matrix products come in through {@link io.sparsestream.learn.MatrixProduct}.
 */
package io.sparsestream.learn;
