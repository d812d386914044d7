package io.sparsestream.api;

import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Scores records, and learns from them. */
final class LearningProcessor<K, V> implements Processor<K, V, K, Scored<V>> {
    private final String name;
    private final AutoencoderSettings settings;
    private final BiFunction<? super K, ? super V, float[]> vector;
    private final int checkpointEvery;
    private ProcessorContext<K, Scored<V>> context;
    private SparseAutoencoder model;
    private TaskStore store;

    LearningProcessor(
            String name,
            AutoencoderSettings settings,
            BiFunction<? super K, ? super V, float[]> vector,
            int checkpointEvery) {
        this.name = name;
        this.settings = settings;
        this.vector = vector;
        this.checkpointEvery = checkpointEvery;
    }

    @Override
    public void init(ProcessorContext<K, Scored<V>> processorContext) {
        context = processorContext;
        model = SparseAutoencoder.of(settings);
        store = new TaskStore(name, context.getStateStore(name), model.learner());
        store.restore(model::add);
    }

    @Override
    public void process(Record<K, V> record) {
        float[] numbers = vector.apply(record.key(), record.value());
        boolean isVector = model.isVector(numbers);
        Optional<Score> score = isVector ? Optional.of(model.score(numbers)) : Optional.empty();
        if (isVector) {
            store.begin();
            model.add(numbers);
            store.add(numbers);
            if (model.waiting() == 0 && store.vectors() >= checkpointEvery) {
                store.checkpoint();
            }
        }
        context.forward(record.withValue(new Scored<>(record.value(), score)));
    }
}
