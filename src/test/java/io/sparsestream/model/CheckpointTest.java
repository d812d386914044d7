package io.sparsestream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.learn.FakeLearner;
import io.sparsestream.learn.Learner;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckpointTest {
    private final Learner learner = new FakeLearner();
    private final Manifest.Averager averager = new Manifest.Averager(1, 0, 0, List.of(0), 0.5, 0.9, "float32");

    @Test
    void parametersAreEncodedOnceForTheStoreAndForTheTopic() {
        Checkpoint.Snapshot snapshot = snapshot();
        Map<String, byte[]> stored = new LinkedHashMap<>();
        Map<String, byte[]> published = new LinkedHashMap<>();
        Checkpoint.store(snapshot, stored::put);
        Checkpoint.publish(snapshot, published::put);

        assertThat(published.keySet()).containsExactly("w_e_1", "b_e_1", "w_d_1", "b_d_1", Checkpoint.MANIFEST);
        assertThat(stored).containsKeys("m.w_e_1", "v.b_d_1");
        published.remove(Checkpoint.MANIFEST);
        published.forEach((key, value) -> assertThat(value).isSameAs(stored.get(key)));
    }

    @Test
    void aPublishedModelDoesNotSayWhatItWasMadeFrom() {
        Checkpoint.Snapshot snapshot = snapshot().with(new Manifest.Log(Map.of("images", "id"), 1, 2, 3));
        Map<String, byte[]> published = new LinkedHashMap<>();
        Checkpoint.publish(snapshot, published::put);
        Manifest manifest = Json.read(published.get(Checkpoint.MANIFEST), Manifest.class);
        assertThat(manifest.log()).isNull();
        assertThat(manifest.averager()).isNull();
        assertThat(manifest.nextOffset()).as("none").isEqualTo(-1);
    }

    @Test
    void nothingIsHandedOutIfAnyNumberIsNotFinite() {
        float[] velocity = new float[learner.state().parameter("w_e_1").length];
        Checkpoint.RoundArrays rounds = Checkpoint.RoundArrays.of(averager, Map.of("velocity.w_e_1", velocity));
        velocity[1] = Float.NaN;
        assertThatThrownBy(() -> Checkpoint.store(snapshot().with(rounds), CheckpointTest::refuse))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("velocity.w_e_1 of model fake is not finite any more");
        assertThatThrownBy(() -> Checkpoint.storeParameters(snapshot().with(rounds), CheckpointTest::refuse))
                .isInstanceOf(ModelException.class);

        learner.state().values().get("m.w_e_1")[0] = Float.POSITIVE_INFINITY;
        assertThatThrownBy(() -> Checkpoint.store(snapshot(), CheckpointTest::refuse))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("m.w_e_1 of model fake is not finite any more");

        learner.state().parameter("w_e_1")[0] = Float.NaN;
        assertThatThrownBy(this::snapshot)
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("w_e_1 of model fake is not finite any more");
    }

    private static void refuse(String key, byte[] value) {
        throw new AssertionError(key + " was handed out");
    }

    private Checkpoint.Snapshot snapshot() {
        return Checkpoint.Snapshot.of("fake", learner, Manifest.Steering.none(learner.hyperparameters()));
    }
}
