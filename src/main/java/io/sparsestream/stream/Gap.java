package io.sparsestream.stream;

import io.sparsestream.model.ModelException;
import io.sparsestream.topic.SourceLog;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images between a checkpoint and what had been done when the last transaction was committed. A start reads them again,
 * provided that the log is the one that was read the first time: the same topic, as long as it was, with the same images.
 * What differs is an error, or is passed over and counted, as {@link OnGap} says.
 */
public final class Gap {
    private static final Logger LOG = LoggerFactory.getLogger(Gap.class);

    private final String model;
    private final OnGap onGap;
    private final TopicPartition source;
    private final SourceLog log;
    private final TrainingListener listener;
    private boolean passedOver;

    /**
     * What a start reads again.
     *
     * @param from the first offset
     * @param done behind the images whose effects are stored: these are not emitted again
     * @param to behind the last record that had been handed over
     * @param isSameLog whether the records behind that are of the log that was read before
     */
    public record Range(long from, long done, long to, boolean isSameLog) {}

    /** @param model for people */
    public Gap(String model, OnGap onGap, TopicPartition source, SourceLog log, TrainingListener listener) {
        this.model = model;
        this.onGap = onGap;
        this.source = source;
        this.log = log;
        this.listener = listener;
    }

    /**
     * Compares the log with what is known of it.
     *
     * @param expected id of the topic that the checkpoint was made from; empty where an earlier version made it
     * @param found id of the topic that is there
     * @param from where the checkpoint stands
     * @param done behind what has been done since
     * @param handedOver records below this offset have been handed over
     * @throws ModelException if the log is another, shorter, or has lost a part of the gap, unless that is passed over
     */
    public Range range(Optional<String> expected, String found, LogPosition from, LogPosition done, long handedOver) {
        if (expected.isPresent() && !expected.get().equals(found)) {
            passOver(
                    "topic " + source.topic() + " was deleted and created again: model " + model
                            + " has read the one with the id " + expected.get() + ", this one is " + found,
                    handedOver - from.offset());
            long beginning = log.beginning(source);
            return new Range(beginning, beginning, beginning, false);
        }
        long to = Math.max(from.offset(), handedOver);
        long end = log.end(source);
        boolean isWhole = end >= to;
        if (!isWhole) {
            passOver(
                    source + " ends at offset " + end + ", but model " + model + " has read it up to offset " + to,
                    to - end);
            to = end;
        }
        long first = Math.min(from.offset(), to);
        long deleted = Math.min(log.beginning(source), to) - first;
        if (deleted > 0) {
            passOver(
                    "offsets " + first + " to " + (first + deleted) + " of " + source + ", needed to bring model "
                            + model + " from its checkpoint to offset " + to + ", have been deleted by retention",
                    deleted);
            first += deleted;
        }
        return new Range(first, Math.min(Math.max(first, done.offset()), to), to, isWhole);
    }

    /**
     * Compares the images of the gap with those that were there the first time; says nothing where some were passed over.
     *
     * @param from where the checkpoint stands
     * @param expected behind what had been done
     * @param found behind what was read
     * @throws ModelException if they are others, unless that is passed over
     */
    public void verify(LogPosition from, LogPosition expected, LogPosition found) {
        if (passedOver || expected.images() == found.images() && expected.checksum() == found.checksum()) {
            return;
        }
        long before = expected.images() - from.images();
        long now = found.images() - from.images();
        passOver(
                "the images of " + source + " from offset " + from.offset() + " to " + expected.offset()
                        + " are not those that model " + model + " has learned from since its checkpoint: expected "
                        + before + " with checksum " + Long.toHexString(expected.checksum() - from.checksum())
                        + ", found " + now + " with " + Long.toHexString(found.checksum() - from.checksum()),
                Math.max(1, before - now));
    }

    /**
     * Counts what retention has deleted while the trainer runs, where {@link OnGap#CONTINUE} lets the consumer start anew
     * from what is left. A jump alone proves nothing: transactions leave markers, one offset each.
     *
     * @param position behind the last record that was handed over
     * @param offset of the next one
     */
    public void countBetween(long position, long offset) {
        if (onGap == OnGap.CONTINUE && offset > position + 1) {
            long deleted = Math.min(log.beginning(source), offset) - position;
            if (deleted > 0) {
                skip(deleted + " offsets of " + source + " have been deleted by retention", deleted);
            }
        }
    }

    /** Whether something was passed over that must not be found, and counted, by the next start as well. */
    public boolean isPassedOver() {
        return passedOver;
    }

    /** Counts images of the log before that had been reconstructed, and can be trained on no more. */
    public void drop(long images) {
        if (images > 0) {
            skip(images + " images of the log before were waiting for their mini-batch", images);
        }
    }

    private void passOver(String problem, long offsets) {
        if (onGap == OnGap.FAIL) {
            throw new ModelException(problem
                    + ": restore the topic, start a new --model, or go on with what is there with --on-gap=continue");
        }
        passedOver = true;
        skip(problem, offsets);
    }

    private void skip(String problem, long offsets) {
        if (offsets == 0) {
            LOG.warn("model {} goes on, with nothing lost: {}", model, problem);
            return;
        }
        LOG.warn("model {} goes on without {} offsets: {}", model, offsets, problem);
        listener.onSkip(offsets);
    }
}
