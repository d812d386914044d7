package io.sparsestream.stream;

import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Images of a partition that retention has deleted before they were trained on: an error, or passed over and counted. */
final class DeletedImages {
    private static final Logger LOG = LoggerFactory.getLogger(DeletedImages.class);

    private final String model;
    private final OnGap onGap;
    private final TopicPartition source;
    private final SourceLog log;
    private final TrainingListener listener;

    DeletedImages(String model, OnGap onGap, TopicPartition source, SourceLog log, TrainingListener listener) {
        this.model = model;
        this.onGap = onGap;
        this.source = source;
        this.log = log;
        this.listener = listener;
    }

    /**
     * What retention has deleted of a gap cannot be trained on again.
     *
     * @return the first offset of the gap that is left
     * @throws TrainerException if some have been deleted, unless that may be passed over
     */
    long passOverGap(long from, long to) {
        long deleted = Math.min(log.beginning(source), to) - from;
        if (deleted <= 0) {
            return from;
        }
        if (onGap == OnGap.FAIL) {
            throw new TrainerException("offsets " + from + " to " + (from + deleted) + " of " + source
                    + ", needed to bring model " + model + " from its checkpoint to offset " + to
                    + ", have been deleted by retention: raise the topic's retention and start a new --model,"
                    + " or go on without them with --on-gap=continue");
        }
        skip(deleted);
        return from + deleted;
    }

    /**
     * Where {@link OnGap#CONTINUE} lets the consumer start anew from what retention has left. A jump alone proves
     * nothing: transactions leave markers, one offset each.
     *
     * @param position behind the last record that was handed over, -1 before the first
     * @param offset of the next one
     */
    void countBetween(long position, long offset) {
        if (onGap == OnGap.CONTINUE && position >= 0 && offset > position + 1) {
            long deleted = Math.min(log.beginning(source), offset) - position;
            if (deleted > 0) {
                skip(deleted);
            }
        }
    }

    private void skip(long offsets) {
        LOG.warn("model {} goes on without {} offsets of {} that retention has deleted", model, offsets, source);
        listener.onSkip(offsets);
    }
}
