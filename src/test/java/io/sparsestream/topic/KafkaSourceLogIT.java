package io.sparsestream.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.support.OnRealBroker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class KafkaSourceLogIT extends OnRealBroker {
    private static final String GROUP = "sparsestream-quiet";
    private static final TopicPartition CONTROL = new TopicPartition(Topics.CONTROL, 0);

    /** What is told to it while it is away stands behind what its trainer has committed, though it has seen no image. */
    @Test
    void aModelWithoutACheckpointHearsWhatIsBehindItsCommittedOffset() throws Exception {
        KafkaSourceLog log = new KafkaSourceLog(kafka, GROUP);
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(List.of(new NewTopic(Topics.CONTROL, Optional.of(1), Optional.empty())))
                    .all()
                    .get();
            send(List.of(record(), record(), record()));
            assertThat(log.initial(CONTROL)).as("nothing was committed").isEqualTo(3);
            commit(admin, new OffsetAndMetadata(1));
            assertThat(log.initial(CONTROL)).as("before its first start").isEqualTo(1);
            commit(admin, new OffsetAndMetadata(2, "of Kafka Streams"));
            assertThat(log.initial(CONTROL)).as("by its trainer").isEqualTo(2);
        }
    }

    private static ProducerRecord<byte[], byte[]> record() {
        return new ProducerRecord<>(Topics.CONTROL, new byte[1], new byte[1]);
    }

    private static void commit(Admin admin, OffsetAndMetadata offset) throws Exception {
        admin.alterConsumerGroupOffsets(GROUP, Map.of(CONTROL, offset)).all().get();
    }
}
