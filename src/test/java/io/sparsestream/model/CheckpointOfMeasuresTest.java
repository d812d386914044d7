package io.sparsestream.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A checkpoint of a model that is measured, and of one that is not, for learners that are and are not. */
class CheckpointOfMeasuresTest {
    private final Random random = new Random(1);

    private static Learner bare() {
        Hyperparameters chosen = Hyperparameters.PLAIN.with(Map.of("batch", "5"));
        return new Autoencoder(Architecture.of(6, 4, 6), chosen, new PortableProduct());
    }

    private static Learner measured() {
        return new MeasuredLearner(bare(), new PortableProduct());
    }

    private <L extends Learner> L trained(L learner) {
        MiniBatch batch = learner.newBatch();
        for (int step = 0; step < 4; step++) {
            batch.clear();
            while (!batch.isFull()) {
                byte[] image = new byte[6];
                random.nextBytes(image);
                batch.add(image, random.nextBoolean() ? "a" : "b");
            }
            learner.train(batch);
        }
        return learner;
    }

    private static void copy(Learner from, Learner to) {
        Map<String, byte[]> records = new HashMap<>();
        Manifest manifest = Checkpoint.store(
                Checkpoint.Snapshot.of("digits", from, Manifest.Steering.none(from.hyperparameters())), records::put);
        Checkpoint.restore(Json.read(records.get(Checkpoint.MANIFEST), Manifest.class), to, Map.of(), records::get);
        assertThat(manifest.step()).isEqualTo(4);
        from.state()
                .parameters()
                .forEach((name, value) ->
                        assertThat(to.state().parameter(name)).as(name).isEqualTo(value));
    }

    private static String measures(Learner learner) {
        return new String(Json.write(learner.measures().orElseThrow().summary()), StandardCharsets.UTF_8);
    }

    @Test
    void measuresAreRestored() {
        Learner whole = trained(measured());
        Learner restored = measured();
        copy(whole, restored);
        assertThat(measures(restored)).isEqualTo(measures(whole));
    }

    /** As of versions that measured nothing; a rollback restores such a checkpoint into a learner that has learned since. */
    @Test
    void withoutThemTheyBeginAnew() {
        Learner since = trained(measured());
        copy(trained(bare()), since);
        assertThat(measures(since)).isEqualTo(measures(measured()));
    }

    @Test
    void whoTakesNoneCanDoWithoutThem() {
        copy(trained(measured()), bare());
        Learner withoutProbe = new MeasuredLearner(bare(), Optional.empty());
        Learner whole = trained(measured());
        copy(whole, withoutProbe);
        assertThat(withoutProbe.measures().orElseThrow().summary().explainedVariance())
                .isEqualTo(whole.measures().orElseThrow().summary().explainedVariance());
    }
}
