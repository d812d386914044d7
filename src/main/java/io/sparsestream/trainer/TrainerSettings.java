package io.sparsestream.trainer;

import io.sparsestream.message.PixelFormat;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.rounds.Sync;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What a trainer is made of.
 *
 * @param kafka client properties, the bootstrap servers included
 * @param stateDirectory where Kafka Streams keeps its lock and process id
 * @param sync how the replicas are kept together where the images topic has several partitions
 * @param keep which checkpoints are kept to go back to
 */
public record TrainerSettings(
        Map<String, Object> kafka,
        Path stateDirectory,
        String model,
        String images,
        Sync sync,
        Duration checkpointInterval,
        Keep keep,
        Duration maxBatchWait,
        PixelFormat format,
        OnGap onGap) {}
