package io.sparsestream.application;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;

/**
 * Remembers which topic refused a record: all others of its transaction fail with it, and Kafka Streams' own words name
 * whichever comes next. Made by Kafka Streams.
 */
public final class RefusedRecords extends DefaultProductionExceptionHandler {
    /** The setting with an {@code AtomicReference<String>} to remember it in. */
    static final String TOPIC_CONFIG = "sparsestream.refused.topic";

    private AtomicReference<String> topic;

    @Override
    @SuppressWarnings("unchecked")
    public void configure(Map<String, ?> configs) {
        topic = (AtomicReference<String>) configs.get(TOPIC_CONFIG);
    }

    @Override
    public Response handleError(
            ErrorHandlerContext context, ProducerRecord<byte[], byte[]> refused, Exception exception) {
        if (exception instanceof ApiException) { // the others' is only caused by it
            topic.compareAndSet(null, refused.topic());
        }
        return super.handleError(context, refused, exception);
    }
}
