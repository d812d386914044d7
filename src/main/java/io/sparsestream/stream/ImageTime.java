package io.sparsestream.stream;

import io.sparsestream.message.HeaderName;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The time of an image record, as Kafka Streams gets it: never in the future. Kafka Streams gives a record's time to what is
 * stored for it, and a broker refuses what lies far ahead of its own clock. The image's own time goes along in a header.
 */
public final class ImageTime {
    private ImageTime() {}

    /**
     * Milliseconds since 1970: the record's timestamp, or now where that is missing or lies in the future. The record then
     * gets a header with its own time, without a value where it has none.
     *
     * @param partitionTime is ignored
     */
    public static long of(ConsumerRecord<?, ?> record, long partitionTime) {
        long own = record.timestamp();
        long now = System.currentTimeMillis();
        if (own >= 0 && own <= now) {
            return own;
        }
        if (record.headers().lastHeader(HeaderName.IMAGE_TIMESTAMP) == null) {
            record.headers().add(new RecordHeader(HeaderName.IMAGE_TIMESTAMP, own < 0 ? null : text(own)));
        }
        return now;
    }

    /**
     * Adds the image's own time to the headers of what is written for it, unless it has none.
     *
     * @param image the image's headers; what stands there counts before the timestamp
     * @param timestamp by {@link #of}
     */
    public static void tell(Headers image, long timestamp, Headers written) {
        Header own = image.lastHeader(HeaderName.IMAGE_TIMESTAMP);
        if (own == null) {
            written.add(HeaderName.IMAGE_TIMESTAMP, text(timestamp));
            return;
        }
        written.remove(HeaderName.IMAGE_TIMESTAMP); // which a dead letter has received
        if (own.value() != null) {
            written.add(own);
        }
    }

    private static byte[] text(long millis) {
        return HeaderName.utf8(Long.toString(millis));
    }
}
