package io.sparsestream.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.learn.Architecture;
import io.sparsestream.topic.ModelTopic;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model for each label, on a topic of two partitions with every label in both, in up to three processes of which some
 * are killed, leave and join at random moments. All twenty models and all reconstructions are compared with learners that
 * were fed by hand. The long form is {@code scripts/crash-test --scenario keyed}.
 */
class KeyedCrashIT {
    private static final int PARTITIONS = 2;

    @TempDir
    Path directory;

    /** The scale of each model is learned from the records of its key. */
    @Test
    void killsLeaveTheVeryModelsAndReconstructionsOfLearnersFedByHand() throws Exception {
        Shape shape = Scenario.KEYED
                .usual()
                .withLayers(Architecture.of(784, 24, 8, 24, 784))
                .withBatch(20)
                .withKind(Kind.FLOAT32, 200);
        Plan plan = new Plan(Scenario.KEYED, shape, 4000, 3, 7, 1, "exactly_once_v2");
        try (PartitionedRun run = new PartitionedRun(directory, plan, PARTITIONS, System.err::println)) {
            assertThat(run.run()).isEmpty();

            Map<String, Object> kafka = run.kafka();
            String model = run.model();
            assertThat(ModelTopic.read(kafka, model, "3", OptionalInt.of(1))
                            .manifest()
                            .images())
                    .isPositive();
            assertThatThrownBy(() -> ModelTopic.read(kafka, model, "3", OptionalInt.empty()))
                    .hasMessage("the key '3' has models of partitions [0, 1]: choose one with --partition");
            assertThatThrownBy(() -> ModelTopic.read(kafka, model, "11", OptionalInt.empty()))
                    .hasMessage("no model '" + model + "' with the key '11' has been published there");
            assertThatThrownBy(() -> ModelTopic.read(kafka, model))
                    .hasMessage(
                            "there is a model '" + model + "' for each key: evaluate and export take one with --key");
        }
    }
}
