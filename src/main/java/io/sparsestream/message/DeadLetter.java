package io.sparsestream.message;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers of a record that is set aside: as received, then why and where it came from. */
public final class DeadLetter {
    private DeadLetter() {}

    public static Headers headers(Headers received, String topic, int partition, long offset, Reason problem) {
        Headers headers = new RecordHeaders(received);
        headers.add(HeaderName.REASON, HeaderName.utf8(problem.text()));
        headers.add(HeaderName.SOURCE_TOPIC, HeaderName.utf8(topic));
        headers.add(HeaderName.SOURCE_PARTITION, HeaderName.utf8(Integer.toString(partition)));
        headers.add(HeaderName.SOURCE_OFFSET, HeaderName.utf8(Long.toString(offset)));
        return headers;
    }
}
