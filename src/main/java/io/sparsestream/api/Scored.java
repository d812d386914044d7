package io.sparsestream.api;

import java.util.Optional;

/**
 * A record's value with its score.
 *
 * @param value as it came
 * @param score empty if the record is no vector of the model's: it was not learned from
 * @param <V> of the value
 */
public record Scored<V>(V value, Optional<Score> score) {}
