package io.sparsestream.score;

import io.sparsestream.message.InputFormat;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.topic.Topics;
import java.util.Optional;
import java.util.function.Function;

/**
 * How records are scored.
 *
 * @param topics of the model
 * @param images topic of the records, from whose beginning all are scored
 * @param input what the records are for a model; refuses what does not fit it by an IllegalArgumentException
 * @param format of the reconstructions
 * @param alertAbove rank from which on a record is told as an anomaly; empty if none is
 */
public record ScoreSettings(
        Topics topics,
        String images,
        Function<PublishedModel, InputFormat> input,
        ReconstructionFormat format,
        Optional<Double> alertAbove) {
    /** Of records that are what the model has learned from, without alerts. */
    public static ScoreSettings of(String model, String images) {
        return new ScoreSettings(
                new Topics(model),
                images,
                found -> found.manifest().inputFormat(),
                ReconstructionFormat.SAME,
                Optional.empty());
    }
}
