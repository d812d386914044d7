package io.sparsestream.message;

import io.sparsestream.learn.Hyperparameters;
import java.util.List;

/**
 * The one answer to a replica's update: the last record of it, behind its tensors' chunks.
 *
 * @param round rounds closed, this one included
 * @param base round to whose parameters the tensors are to be added; null if they are the parameters themselves
 * @param hyperparameters with which the replica goes on
 * @param tensors the global parameters, or what has changed them, in the order of the forward pass; none if nothing has
 */
public record Answer(long round, Long base, Hyperparameters hyperparameters, List<Manifest.Entry> tensors) {}
