package io.sparsestream.stream;

import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A new processor for each start of the task. Kafka Streams closes a task whose transaction could not be committed, and
 * starts the very same processor again: nothing that it had learned or remembered may outlive that.
 */
final class Restartable implements Processor<byte[], byte[], byte[], byte[]> {
    private final Supplier<Processor<byte[], byte[], byte[], byte[]>> fresh;
    private Processor<byte[], byte[], byte[], byte[]> processor; // null while the task is not started

    /** @param fresh makes a processor, at no cost */
    Restartable(Supplier<Processor<byte[], byte[], byte[], byte[]>> fresh) {
        this.fresh = fresh;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        processor = fresh.get();
        processor.init(context);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        processor.process(record);
    }

    @Override
    public void close() {
        if (processor != null) {
            processor.close();
            processor = null;
        }
    }
}
