package io.sparsestream.stream;

import io.sparsestream.message.Manifest;
import io.sparsestream.topic.SourceLog;
import io.sparsestream.topic.Topics;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Up to where a model has heard what people tell it, whatever offset the broker remembers. */
public final class Hearing {
    private static final Logger LOG = LoggerFactory.getLogger(Hearing.class);
    public static final TopicPartition CONTROL = new TopicPartition(Topics.CONTROL, 0);

    private final String model;
    private final SourceLog log;
    private final ImageFlow flow;
    private long heard; // offset behind the last control record that was meant for this model
    private boolean changed;

    public Hearing(String model, SourceLog log, ImageFlow flow) {
        this.model = model;
        this.log = log;
        this.flow = flow;
    }

    /** @param initial what stands below that offset was said to an earlier model of that name */
    public void begin(long initial) {
        heard = initial;
    }

    /**
     * Goes on behind what a checkpoint has heard. Another topic of the same name is heard from its beginning.
     *
     * @param known what the checkpoint was made from; an earlier version has heard up to what the broker remembers
     * @param topicId of the control topic
     * @param isRemembered whether the broker knows up to where the model has heard
     */
    public void resume(Optional<Manifest.Log> known, String topicId, boolean isRemembered) {
        String expected = known.map(each -> each.topics().get(CONTROL.topic())).orElse(null);
        if (expected == null) {
            return;
        }
        heard = known.get().told();
        if (!expected.equals(topicId)) {
            LOG.warn(
                    "topic {} was deleted and created again: model {} hears it from its beginning",
                    CONTROL.topic(),
                    model);
            heard = log.beginning(CONTROL);
            changed = true;
            flow.seek(CONTROL, heard);
        } else if (!isRemembered) {
            flow.seek(CONTROL, heard);
        }
    }

    /** Whether a control record is heard for the first time. */
    public boolean isNew(long offset) {
        return offset >= heard;
    }

    /** A control record that is meant for this model. */
    public void hear(long offset) {
        heard = offset + 1;
    }

    /** Offset behind the last one. */
    public long heard() {
        return heard;
    }

    /** Whether the newest checkpoint knows another topic. */
    public boolean hasChanged() {
        return changed;
    }

    /** A checkpoint was stored. */
    public void stored() {
        changed = false;
    }
}
