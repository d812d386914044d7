/**
 * sparsestream as a library: {@link io.sparsestream.api.SparseAutoencoder} learns from arrays, without Kafka;
 * {@link io.sparsestream.api.AutoencoderProcessor} learns in a Kafka Streams topology of one's own, exactly once. Both take
 * {@link io.sparsestream.api.AutoencoderSettings}. What is not in this package may change with every version.
 */
package io.sparsestream.api;
