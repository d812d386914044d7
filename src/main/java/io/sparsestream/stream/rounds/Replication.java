package io.sparsestream.stream.rounds;

/**
 * How several replicas learn one model.
 *
 * @param partitions of the images topic, each of which has a replica
 * @param sync how they are kept together
 */
public record Replication(int partitions, Sync sync) {}
