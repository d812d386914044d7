package io.sparsestream.stream.keyed;

import io.sparsestream.learn.Learner;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.topic.SourceLog;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Images for the task that learns a model for each key. */
final class KeyedProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private final TaskSettings settings;
    private final PerKey perKey;
    private final Supplier<Learner> newLearner;
    private final SourceLog log;
    private final ImageFlow flow;
    private final KeyedListener listener;
    private ProcessorContext<byte[], byte[]> context;
    private KeyedTask task;

    KeyedProcessor(
            TaskSettings settings,
            PerKey perKey,
            Supplier<Learner> newLearner,
            SourceLog log,
            ImageFlow flow,
            KeyedListener listener) {
        this.settings = settings;
        this.perKey = perKey;
        this.newLearner = newLearner;
        this.log = log;
        this.flow = flow;
        this.listener = listener;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        long start = System.nanoTime();
        context = processorContext;
        // Here rather than in the constructor: Kafka Streams makes processors that it never starts.
        Learner first = newLearner.get();
        task = new KeyedTask(context, settings, perKey, first, newLearner, log, flow, listener);
        context.schedule(Saver.TICK, PunctuationType.WALL_CLOCK_TIME, task::tick);
        task.tellModels();
        listener.onResume(first, System.nanoTime() - start);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        task.image(record, context.recordMetadata().orElseThrow().offset());
    }

    @Override
    public void close() {
        listener.onModels(context.taskId().partition(), 0, 0);
    }
}
