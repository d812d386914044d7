package io.sparsestream.web;

import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.message.Activations;
import io.sparsestream.message.Anomaly;
import java.util.List;
import java.util.Map;

/**
 * The numbers of one model, several times a second.
 *
 * @param state of the stream, as {@link State} in lower case
 * @param status the same for people
 * @param error why it has stopped or does not learn, or null
 * @param replay how far the gap after the checkpoint is closed, or null
 * @param topic of the records
 * @param planned steps of the run, or null where it has no end
 * @param step the newest training step, -1 before the first of the model
 * @param images that the model has been trained on
 * @param secondsSinceStep since the newest step, or null before it
 * @param lag images not yet fetched, or null where unknown
 * @param deadLetters of this process
 * @param checkpoint the newest of this process, by the updates made up to it, or null
 * @param hyperparameters with which it learns, or null before the task has started
 * @param kept steps of the checkpoints that the model can go back to
 * @param told what the model was told since the process began, the last few, the newest last
 * @param anomalies that were told since the process began, the last few, the newest first; null where none are told
 * @param errorByLabel mean squared error of each label's records of late
 * @param figures of the run, once it is finished
 * @param activations losses and averages, a few steps old at most; null before the first step
 */
record Frame(
        String model,
        String state,
        Status status,
        String error,
        Replay replay,
        String topic,
        Long planned,
        long step,
        long images,
        Double secondsSinceStep,
        double stepsPerSecond,
        double imagesPerSecond,
        Long lag,
        long deadLetters,
        Checkpoint checkpoint,
        String architecture,
        Hyperparameters hyperparameters,
        List<Long> kept,
        List<Told> told,
        List<Unusual> anomalies,
        Map<String, Double> errorByLabel,
        List<Figure> figures,
        Activations activations) {

    /**
     * A state with its reason, beside the model's name.
     *
     * @param text short
     */
    record Status(String text, Tone tone) {}

    /**
     * Something that a person told the model.
     *
     * @param step updates made before it took effect or was refused
     * @param refused why it has no effect, or null
     * @param source where the control record stands
     */
    record Told(long step, String text, String refused, String source) {}

    /**
     * A record that was told as an anomaly.
     *
     * @param timestamp of the record, in milliseconds
     * @param source the record
     * @param label of the record, or null
     * @param rank share of the records of late whose error was less
     * @param deviation standard deviations by which ln of its error is above that of late
     * @param inputs those that contribute most to the error, the first one most
     */
    record Unusual(
            long timestamp, String source, String label, double rank, double deviation, List<Anomaly.Input> inputs) {}

    /** Offsets read again of those to read. */
    record Replay(long done, long total) {}

    /** @param millis what it took the stream thread */
    record Checkpoint(long step, double secondsAgo, double millis) {}
}
