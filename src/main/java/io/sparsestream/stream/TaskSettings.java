package io.sparsestream.stream;

import io.sparsestream.message.InputFormat;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.topic.Topics;
import java.time.Duration;

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
        OnGap onGap) {}
