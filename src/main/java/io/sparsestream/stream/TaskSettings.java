package io.sparsestream.stream;

import io.sparsestream.message.InputFormat;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.util.Optional;

/**
 * How a task works, whatever it learns.
 *
 * @param topics what it writes
 * @param images what it reads
 * @param checkpointInterval least time between two checkpoints
 * @param keep which checkpoints are kept to go back to
 * @param maxBatchWait after which an image of an incomplete mini-batch is reconstructed
 * @param input how the records become numbers
 * @param format of the reconstructions
 * @param alertAbove rank from which on a record is told as an anomaly; empty if none is
 * @param onGap what to do where images that are to be trained on are gone, or others stand in their place
 */
public record TaskSettings(
        Topics topics,
        String images,
        Duration checkpointInterval,
        Keep keep,
        Duration maxBatchWait,
        InputFormat input,
        ReconstructionFormat format,
        Optional<Double> alertAbove,
        OnGap onGap) {}
