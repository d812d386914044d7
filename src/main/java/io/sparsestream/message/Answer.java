package io.sparsestream.message;

import io.sparsestream.learn.Hyperparameters;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * The one answer to a replica's update: the last record of it, behind its tensors' chunks.
 *
 * @param round rounds closed, this one included
 * @param base round to whose parameters the tensors are to be added; null if they are the parameters themselves
 * @param hyperparameters with which the replica goes on
 * @param tensors the global parameters, or what has changed them, in the order of the forward pass; none if nothing has
 */
public record Answer(long round, Long base, Hyperparameters hyperparameters, List<Manifest.Entry> tensors) {
    /** @throws IllegalArgumentException if it lacks what every answer has */
    public Answer {
        if (hyperparameters == null || tensors == null || tensors.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException(
                    "the answer has no " + (hyperparameters == null ? "hyperparameters" : "tensors"));
        }
        tensors = List.copyOf(tensors);
    }

    /** The parameters themselves, float32. */
    public static Answer whole(long round, Hyperparameters hyperparameters, List<Manifest.Entry> parameters) {
        return new Answer(round, null, hyperparameters, parameters);
    }

    /** What has changed the parameters since that round, encoded. */
    public static Answer since(long base, long round, Hyperparameters hyperparameters, List<Manifest.Entry> changes) {
        return new Answer(round, base, hyperparameters, changes);
    }

    /** The round to whose parameters the tensors are to be added, where they are not the parameters themselves. */
    public OptionalLong changesOf() {
        return base == null ? OptionalLong.empty() : OptionalLong.of(base);
    }
}
