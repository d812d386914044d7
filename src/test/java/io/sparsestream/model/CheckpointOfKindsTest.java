package io.sparsestream.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Manifest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What layers keep besides weights comes back from a checkpoint: thresholds, silence, counts. */
class CheckpointOfKindsTest {
    @ParameterizedTest
    @CsvSource({
        "12-40-12, batchtopk:4, linear",
        "12-40-12, jumprelu, linear",
        "12-9-4-9-12, topk:3/batchtopk:2, sigmoid",
        "12-9-4-9-12, relu/sigmoid, sigmoid",
    })
    void aModelGoesOnFromItsCheckpointWithTheSameBits(String layers, String activation, String output) {
        Hyperparameters hyperparameters = Hyperparameters.PLAIN.with(
                Map.of("batch", "5", "activation", activation, "output", output, "lambda", "1e-3"));
        Autoencoder first = learner(layers, hyperparameters);
        train(first, 0, 270);
        Map<String, byte[]> records = new HashMap<>();
        Manifest manifest = Checkpoint.store(
                Checkpoint.Snapshot.of("m", first, Manifest.Steering.none(hyperparameters))
                        .at(OptionalLong.of(1350)),
                records::put);

        Autoencoder second = learner(layers, hyperparameters);
        Checkpoint.requireStartedAlike(manifest, second, InputFormat.AUTO);
        Checkpoint.restore(manifest, second, Map.of(), records::get);
        train(first, 270, 520);
        train(second, 270, 520);

        first.state()
                .values()
                .forEach((name, value) ->
                        assertThat(second.state().values().get(name)).as(name).isEqualTo(value));
        first.state()
                .averages()
                .forEach((name, value) ->
                        assertThat(second.state().averages().get(name)).as(name).isEqualTo(value));
        assertThat(second.state().unitsRevived()).isEqualTo(first.state().unitsRevived());
    }

    private static Autoencoder learner(String layers, Hyperparameters hyperparameters) {
        Integer[] sizes = Arrays.stream(layers.split("-")).map(Integer::valueOf).toArray(Integer[]::new);
        return new Autoencoder(Architecture.of(sizes), hyperparameters, new PortableProduct());
    }

    private static void train(Autoencoder learner, int from, int to) {
        for (int step = from; step < to; step++) {
            Random random = new Random(step);
            MiniBatch batch = learner.newBatch();
            while (!batch.isFull()) {
                byte[] image = new byte[12];
                random.nextBytes(image);
                batch.add(image);
            }
            learner.train(batch);
        }
    }
}
