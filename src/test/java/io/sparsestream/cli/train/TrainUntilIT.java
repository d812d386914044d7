package io.sparsestream.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** How far a trainer is behind. */
class TrainUntilIT extends OnRealBroker {
    private static final String GROUP = "sparsestream-sparse";

    /** On a busy machine its first image may take longer than all others. */
    @Test
    void aNewModelHasAllImagesBeforeItWhateverTheGroupHasNotYetCommitted() throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(List.of(new NewTopic(Topics.IMAGES, Optional.of(1), Optional.empty())))
                    .all()
                    .get();
            send(0, BATCH);
            assertThat(TrainUntil.lag(admin, GROUP, Topics.IMAGES, partition -> false))
                    .isEqualTo(BATCH);
            commit(admin, new OffsetAndMetadata(0));
            assertThat(TrainUntil.lag(admin, GROUP, Topics.IMAGES, partition -> false))
                    .isEqualTo(BATCH);
            assertThat(TrainUntil.lag(admin, GROUP, Topics.IMAGES, partition -> true))
                    .as("forgotten")
                    .isZero();
            commit(admin, new OffsetAndMetadata(BATCH - 1, "of Kafka Streams"));
            assertThat(TrainUntil.lag(admin, GROUP, Topics.IMAGES, partition -> true))
                    .isOne();
        }
    }

    private static void commit(Admin admin, OffsetAndMetadata offset) throws Exception {
        admin.alterConsumerGroupOffsets(GROUP, Map.of(new TopicPartition(Topics.IMAGES, 0), offset))
                .all()
                .get();
    }
}
