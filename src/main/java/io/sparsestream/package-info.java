/** Learns a sparse autoencoder online from a Kafka topic, exactly once. */
package io.sparsestream;
