package io.sparsestream.topic;

import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells from a topic's first record how many numbers its records have. */
public final class FirstRecord {
    private static final Logger LOG = LoggerFactory.getLogger(FirstRecord.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private FirstRecord() {}

    /** Numbers of the first record that has any; waits for one. */
    public static int inputs(Map<String, Object> kafka, String topic, InputFormat format) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                Consumers.committed(kafka, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"))) {
            boolean told = false;
            String problem = ""; // of the last record that told nothing
            while (true) {
                if (consumer.assignment().isEmpty()) {
                    assign(consumer, topic);
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    try {
                        int inputs = ImageDecoder.inputs(record.value(), record.headers(), format);
                        LOG.info(
                                "records of topic {} have {} numbers, by the one at offset {}",
                                topic,
                                inputs,
                                record.offset());
                        return inputs;
                    } catch (IllegalArgumentException e) {
                        if (!problem.equals(e.getMessage())) { // which is often that of all records
                            problem = e.getMessage();
                            LOG.warn(
                                    "the record at offset {} of topic {} tells nothing: {}",
                                    record.offset(),
                                    topic,
                                    problem);
                        }
                    }
                }
                if (!told) {
                    told = true;
                    LOG.info("waiting for the first record of topic {}, which says how many numbers there are", topic);
                }
            }
        }
    }

    private static void assign(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions = consumer.listTopics().getOrDefault(topic, List.of()).stream()
                .map(each -> new TopicPartition(topic, each.partition()))
                .collect(Collectors.toList());
        if (partitions.isEmpty()) {
            try {
                Thread.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the first record was waited for", e);
            }
            return;
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }
}
