package io.sparsestream.message;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers of a record that is set aside: as received, then why and where it came from. */
public final class DeadLetter {
    private DeadLetter() {}

    public static Headers headers(Headers received, String topic, int partition, long offset, String problem) {
        Headers headers = new RecordHeaders(received);
        headers.add(Header.REASON, Header.utf8(problem));
        headers.add(Header.SOURCE_TOPIC, Header.utf8(topic));
        headers.add(Header.SOURCE_PARTITION, Header.utf8(Integer.toString(partition)));
        headers.add(Header.SOURCE_OFFSET, Header.utf8(Long.toString(offset)));
        return headers;
    }
}
