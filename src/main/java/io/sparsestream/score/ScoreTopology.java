package io.sparsestream.score;

import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.ImageTime;
import io.sparsestream.stream.Restartable;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.topic.SourceLog;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Images ▸ score ▸ scores. */
final class ScoreTopology {
    static final String STORE = "statistics";
    static final String SCORES = "scores";
    static final String DEAD_LETTERS = "dead-letters";
    static final String ANOMALIES = "anomalies";

    /** Images over which the anomaly score looks back, as many as the trainer's recent averages. */
    static final int WINDOW = 10_000;

    private static final String SOURCE = "images";
    private static final String PROCESSOR = "score";

    private ScoreTopology() {}

    /** @param newest never null: started when there is a model */
    static Topology of(
            ScoreSettings settings,
            SourceLog log,
            ImageFlow flow,
            Supplier<PublishedModel> newest,
            Supplier<MatrixProduct> product,
            TrainingListener listener) {
        Topics topics = settings.topics();
        Topology topology = new Topology();
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        ByteArraySerializer out = new ByteArraySerializer();
        topology.addSource(AutoOffsetReset.earliest(), SOURCE, ImageTime::of, in, in, settings.images());
        topology.addProcessor(PROCESSOR, new Scoring(settings, log, flow, newest, product, listener), SOURCE);
        topology.addSink(SCORES, topics.scores(), out, out, PROCESSOR);
        topology.addSink(DEAD_LETTERS, topics.scoreDeadLetters(), out, out, PROCESSOR);
        if (settings.alertAbove().isPresent()) {
            topology.addSink(ANOMALIES, topics.scoreAnomalies(), out, out, PROCESSOR);
        }
        return topology;
    }

    /** Declares the store that the processor uses. */
    private record Scoring(
            ScoreSettings settings,
            SourceLog log,
            ImageFlow flow,
            Supplier<PublishedModel> newest,
            Supplier<MatrixProduct> product,
            TrainingListener listener)
            implements ProcessorSupplier<byte[], byte[], byte[], byte[]> {
        @Override
        public Processor<byte[], byte[], byte[], byte[]> get() {
            return new Restartable<>(() -> new ScoreProcessor(settings, log, flow, newest, product, listener));
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            // On disk, as the trainer's, for the transactional id that comes with it.
            return Set.of(Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
                    .withLoggingEnabled(TopicSetup.BY_BROKERS_CLOCK)
                    .withCachingEnabled());
        }
    }
}
