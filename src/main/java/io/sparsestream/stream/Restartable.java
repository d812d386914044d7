package io.sparsestream.stream;

import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A new processor for each start of the task. Kafka Streams closes a task whose transaction could not be committed, and
 * starts the very same processor again: nothing that it had learned or remembered may outlive that.
 */
public final class Restartable<K, V, L, W> implements Processor<K, V, L, W> {
    private final Supplier<Processor<K, V, L, W>> fresh;
    private Processor<K, V, L, W> processor; // null while the task is not started

    /** @param fresh makes a processor, at no cost */
    public Restartable(Supplier<Processor<K, V, L, W>> fresh) {
        this.fresh = fresh;
    }

    @Override
    public void init(ProcessorContext<L, W> context) {
        processor = fresh.get();
        processor.init(context);
    }

    @Override
    public void process(Record<K, V> record) {
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
