package io.sparsestream.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.FakeLearner;
import io.sparsestream.learn.Learner;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class TrainUntilTest {
    @Test
    void whatNoTrainerHasPublishedIsNoModel() {
        Learner learner = new FakeLearner();
        Manifest manifest =
                new Manifest("m", learner.architecture().sizes(), learner.hyperparameters(), 7, 21, 21, List.of());

        assertThat(read("manifest", Json.write(manifest))).map(Manifest::step).contains(7L);
        assertThat(read("w_e_1", Json.write(manifest))).isEmpty();
        assertThat(read(null, Json.write(manifest))).isEmpty();
        assertThat(read("manifest", null)).isEmpty();
        for (String foreign : List.of("", "rubbish", "null", "{}", "[1]")) {
            assertThat(read("manifest", HeaderName.utf8(foreign))).as(foreign).isEmpty();
        }
    }

    private static Optional<Manifest> read(String key, byte[] value) {
        return TrainUntil.manifest(
                new ConsumerRecord<>("model.m", 0, 0, key == null ? null : HeaderName.utf8(key), value));
    }
}
