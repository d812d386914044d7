package io.sparsestream.api;

import io.sparsestream.stream.Restartable;
import io.sparsestream.stream.TopologyParts;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Learns a sparse autoencoder in a Kafka Streams topology, and scores each record before it is learned from:
 *
 * <pre>{@code
 * KStream<String, Scored<Reading>> scored = readings.process(AutoencoderProcessor.of(
 *         "pump", AutoencoderSettings.preset("vectors").inputs(4), (key, reading) -> reading.numbers()));
 * }</pre>
 *
 * <p>A record is forwarded at once, with its key, time and headers, scored by the weights of the last training step. It then waits
 * until its mini-batch is full, and a step is made. A record whose vector is null, of another length or not finite has an empty
 * score and is not learned from.
 *
 * <p>Each task learns a model of its own: as many models as the input has partitions, each from the records of its partition. The
 * model, and the records since it was last stored, are in a store with a changelog. With {@code processing.guarantee=exactly_once_v2} weights,
 * results and offsets are therefore in one transaction, whatever comes before in the topology: a restart goes on with the same
 * bits, given the same {@link Engine} and machine. Neither clocks nor timestamps take part.
 *
 * <p>If learning diverges, or the store holds a model of other settings, the task fails with an exception that says so. A topology may
 * have several processors, under different names.
 *
 * @param <K> of the records' keys
 * @param <V> of the records' values
 */
public final class AutoencoderProcessor<K, V> implements ProcessorSupplier<K, V, K, Scored<V>> {
    private static final int CHECKPOINT_EVERY = 1_000;

    private final String name;
    private final AutoencoderSettings settings;
    private final BiFunction<? super K, ? super V, float[]> vector;
    private final int checkpointEvery;

    private AutoencoderProcessor(
            String name,
            AutoencoderSettings settings,
            BiFunction<? super K, ? super V, float[]> vector,
            int checkpointEvery) {
        this.name = name;
        this.settings = settings;
        this.vector = vector;
        this.checkpointEvery = checkpointEvery;
    }

    /**
     * For {@code KStream.process} or {@code Topology.addProcessor}, which connect the store.
     *
     * @param name of the model and its store, so part of the name of the changelog topic; under another name learning begins anew
     * @param settings of each task's model; it stays what it is, but for the engine, as long as it has that name
     * @param vector makes a record's vector of its key and value; null if it has none
     * @param <K> of the records' keys
     * @param <V> of the records' values
     * @return the supplier
     */
    public static <K, V> AutoencoderProcessor<K, V> of(
            String name, AutoencoderSettings settings, BiFunction<? super K, ? super V, float[]> vector) {
        return new AutoencoderProcessor<>(name, settings, vector, CHECKPOINT_EVERY);
    }

    /**
     * Chooses how often the model is stored. The more seldom, the fewer bytes go to the changelog topic, and the longer a task takes to
     * start: it learns again from the records since then.
     *
     * @param records after so many, at the end of a mini-batch; 1,000 unless chosen
     * @return a changed copy
     * @throws IllegalArgumentException if it is less than 1
     */
    public AutoencoderProcessor<K, V> checkpointEvery(int records) {
        if (records < 1) {
            throw new IllegalArgumentException("a checkpoint must be every 1 or more records, not " + records);
        }
        return new AutoencoderProcessor<>(name, settings, vector, records);
    }

    @Override
    public Processor<K, V, K, Scored<V>> get() {
        return new Restartable<>(() -> new LearningProcessor<>(name, settings, vector, checkpointEvery));
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(TopologyParts.ofCheckpoints(Stores.persistentKeyValueStore(name)));
    }
}
