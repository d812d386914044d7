package io.sparsestream.trainer;

import io.sparsestream.learn.Architecture;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.rounds.Sync;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * What a trainer is made of.
 *
 * @param kafka client properties, the bootstrap servers included
 * @param stateDirectory where Kafka Streams keeps its lock and process id
 * @param sync how the replicas are kept together where the images topic has several partitions
 * @param task how each task works
 */
public record TrainerSettings(Map<String, Object> kafka, Path stateDirectory, Sync sync, TaskSettings task) {
    private static final int ARRAYS = 3; // that a checkpoint has for each parameter: it, and Adam's moments
    private static final long BYTES_A_SECOND = 10_000_000; // a tenth of what was measured
    private static final long SHORTEST_SECONDS = 10; // Kafka Streams' own
    private static final long LONGEST_SECONDS = 900; // that brokers allow unless they are told otherwise

    /**
     * The same with transactions that last as long as a checkpoint of such a model may take, unless the client properties say how
     * long. A checkpoint is written within one transaction, and one that expires is written again and again for ever.
     */
    public TrainerSettings withTimeToWrite(Architecture architecture) {
        long seconds = SHORTEST_SECONDS + ARRAYS * Float.BYTES * architecture.parameters() / BYTES_A_SECOND;
        if (seconds == SHORTEST_SECONDS) {
            return this;
        }
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.putIfAbsent(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Long.toString(1000 * Math.min(seconds, LONGEST_SECONDS)));
        return new TrainerSettings(properties, stateDirectory, sync, task);
    }
}
