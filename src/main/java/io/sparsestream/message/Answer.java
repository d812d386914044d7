package io.sparsestream.message;

import io.sparsestream.learn.Hyperparameters;
import java.util.List;

/**
 * The one answer to a replica's update: the last record of it, behind its tensors' chunks.
 *
 * @param round rounds closed, this one included
 * @param hyperparameters with which the replica goes on
 * @param tensors the global parameters, in the order of the forward pass
 */
public record Answer(long round, Hyperparameters hyperparameters, List<Manifest.Entry> tensors) {}
