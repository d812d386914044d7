package io.sparsestream.trainer;

import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.rounds.Sync;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a trainer is made of.
 *
 * @param kafka client properties, the bootstrap servers included
 * @param stateDirectory where Kafka Streams keeps its lock and process id
 * @param sync how the replicas are kept together where the images topic has several partitions
 * @param task how each task works
 */
public record TrainerSettings(Map<String, Object> kafka, Path stateDirectory, Sync sync, TaskSettings task) {}
