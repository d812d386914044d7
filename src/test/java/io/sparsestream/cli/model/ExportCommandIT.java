package io.sparsestream.cli.model;

import static io.sparsestream.cli.CliIT.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.cli.CliIT;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.Unit;
import io.sparsestream.model.ModelFile;
import io.sparsestream.model.ModelFormat;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.UnitsTopic;
import io.sparsestream.trainer.Trainer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A published dictionary as a directory. */
class ExportCommandIT extends OnRealBroker {
    private static final int UNITS = 40;

    /** How often its units are active is published beside a model, and not in a file of it. */
    @Test
    void aPublishedDictionaryHasDensitiesAndAFileOfItHasNone() throws Exception {
        try (Trainer trainer =
                Trainer.start(settings(SOON, OnGap.FAIL), ExportCommandIT::dictionary, new TrainingListener() {})) {
            send(0, 180);
            await(TOPICS.parameters(), published -> step() == 3);
        }
        String servers = "--bootstrap-servers=" + broker.bootstrapServers();
        Path published = directory.resolve("published");

        CliIT.Outcome outcome = run("export", servers, "--format=saelens", "--out=" + published);

        assertThat(outcome.code()).as(outcome.err()).isZero();
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(published.resolve("sparsity.safetensors")))
                .order(ByteOrder.LITTLE_ENDIAN);
        file.position(file.limit() - UNITS * Float.BYTES); // the only tensor is the end of the file
        List<Unit> units = UnitsTopic.read(kafka, "sparse");
        assertThat(units).hasSize(UNITS).anyMatch(unit -> unit.density() > 0);
        for (Unit unit : units) {
            assertThat(file.getFloat()).isCloseTo((float) Math.log10(unit.density() + 1e-10), within(1e-6f));
        }

        Path model = directory.resolve("model.npz");
        new ModelFile(ModelTopic.read(kafka, "sparse"), "a licence").write(model, ModelFormat.NPZ);
        Path fromFile = directory.resolve("from-file");
        assertThat(run("export", "--model-file=" + model, "--format=saelens", "--out=" + fromFile)
                        .code())
                .isZero();
        assertThat(fromFile)
                .isDirectoryContaining("glob:**cfg.json")
                .isDirectoryNotContaining("glob:**sparsity.safetensors");
    }

    private static Learner dictionary() {
        OpenBlas product = new OpenBlas();
        return new MeasuredLearner(
                new Autoencoder(
                        Architecture.of(784, UNITS, 784),
                        Hyperparameters.PLAIN.with(
                                Map.of("activation", "batchtopk:5", "output", "linear", "learning-rate", "0.002")),
                        product),
                product);
    }
}
