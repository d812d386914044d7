package io.sparsestream.stream.rounds;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people of records on a topic of the model's own that none of its tasks has written: of the first, and whenever there
 * are ten times as many. They are passed over.
 */
final class ForeignRecords {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignRecords.class);

    private final String model;
    private final String topic;
    private long count;
    private long tellAt = 1;

    ForeignRecords(String model, String topic) {
        this.model = model;
        this.topic = topic;
    }

    /** @param why it is none of the model's, for people */
    void passOver(long offset, String why) {
        count++;
        if (count == tellAt) {
            tellAt *= 10;
            LOG.warn(
                    "model {}: the record at offset {} of topic {} is none of the model's and is passed over ({}),"
                            + " {} so far: see who else writes there",
                    model,
                    offset,
                    topic,
                    why,
                    String.format(Locale.ROOT, "%,d", count));
        }
    }
}
