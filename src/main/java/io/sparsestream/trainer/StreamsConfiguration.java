package io.sparsestream.trainer;

import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** How the trainer sets up Kafka Streams. */
final class StreamsConfiguration {
    private StreamsConfiguration() {}

    static Properties of(TrainerSettings settings, int partitions) {
        Topics topics = settings.task().topics();
        Map<String, Object> config = new HashMap<>();
        // A mini-batch a transaction would be wasteful, the default of 100 ms is a good latency: so it stays.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), TopicSetup.MAX_REQUEST_BYTES);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 512 * 1024);
        // Nobody sees a record before its commit, and that sends what lingers: so few and large requests cost no
        // latency.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 50);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 1000);
        // A static member comes back at once after a kill; if it does not, another takes over after the timeout.
        config.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                InstanceId.of(settings.stateDirectory(), topics.applicationId()));
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // Images and control need not wait for one another: each is taken as it comes.
        config.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        if (partitions > 1) {
            // A task moves at once: there is little to restore, and the default waits ten minutes for a warm copy.
            config.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, Long.MAX_VALUE);
            // An answer is not to wait for a fetch that was sent while images were paused.
            config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 50);
        }
        config.putAll(settings.kafka());
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.applicationId());
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        config.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        Properties properties = new Properties();
        properties.putAll(config);
        return properties;
    }
}
