package io.sparsestream.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewestRecordsIT {
    private static final String TOPIC = "numbers";

    @TempDir
    private Path directory;

    private long time;

    private void send(KafkaProducer<byte[], byte[]> producer, int partition, String json) {
        producer.send(new ProducerRecord<>(TOPIC, partition, ++time, null, HeaderName.utf8(json)));
    }

    private static List<String> read(Map<String, Object> kafka, int most) {
        ImageDecoder decoder = new ImageDecoder(1, InputFormat.of(InputFormat.Kind.JSON));
        return NewestRecords.read(kafka, TOPIC, most, decoder).records().stream()
                .map(record -> record.partition() + "@" + record.offset())
                .toList();
    }

    @Test
    void takesAsManyOfEachPartitionAsFarAsThereAreAndCommitted() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(kafka)) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 3, (short) 1)))
                        .all()
                        .get();
            }
            Map<String, Object> transactional = new HashMap<>(kafka);
            transactional.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "t");
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(transactional, new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.initTransactions();
                producer.beginTransaction();
                for (int i = 0; i < 100; i++) {
                    send(producer, 0, "[1]");
                }
                send(producer, 1, "[1]");
                send(producer, 1, "[2]");
                send(producer, 2, "[1]");
                for (int i = 0; i < 60; i++) {
                    send(producer, 2, "no number");
                }
                send(producer, 2, "[2]");
                send(producer, 2, "[3]");
                producer.commitTransaction();
                producer.beginTransaction();
                for (int i = 0; i < 40; i++) {
                    send(producer, 0, "[9]");
                }
                producer.abortTransaction();

                assertThat(read(kafka, 3)).containsExactly("0@99", "1@1", "2@62");
                assertThat(read(kafka, 9))
                        .as("what partitions 1 and 2 lack is of partition 0")
                        .containsExactly("0@96", "0@97", "0@98", "0@99", "1@0", "1@1", "2@0", "2@61", "2@62");
                assertThat(read(kafka, 1000)).hasSize(105);
                assertThat(read(kafka, Integer.MAX_VALUE)).hasSize(105);
                assertThat(read(kafka, 1)).hasSize(1);
            }
        }
    }
}
