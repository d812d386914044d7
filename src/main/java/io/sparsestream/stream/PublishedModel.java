package io.sparsestream.stream;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import java.util.Map;

/**
 * A model as it stands on its topic.
 *
 * @param step updates that made it
 * @param parameters float32 arrays by tensor name
 */
public record PublishedModel(
        Architecture architecture, Hyperparameters hyperparameters, long step, Map<String, float[]> parameters) {}
