package io.sparsestream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.model.ModelFile;
import io.sparsestream.model.ModelFormat;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.Topics;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A model that starts from another's file. */
class WarmStartIT extends OnRealBroker {
    private static final String WARM = "warm";
    private static final Hyperparameters OTHERS = Hyperparameters.PLAIN.with(Map.of("seed", "77"));

    @Test
    void startsFromTheFileOnceAndThenFromItsOwnCheckpoint() throws Exception {
        int first = 90; // a step and a half
        int all = 180;
        try (Trainer trainer = train(SOON)) {
            send(0, first);
            send(first, all);
            await(TOPICS.reconstructions(), all);
            await(TOPICS.parameters(), published -> step() == 3);
        }
        Path path = directory.resolve("sparse.safetensors");
        new ModelFile(ModelTopic.read(kafka, "sparse"), "a licence").write(path, ModelFormat.SAFETENSORS);
        PublishedModel start = ModelFile.read(path).model();

        Topics topics = new Topics(WARM);
        try (Trainer trainer = trainWarm(start)) {
            await(topics.reconstructions(), all);
        }
        send(0, first);
        try (Trainer trainer = trainWarm(start)) { // as a restart with the same options does
            await(topics.reconstructions(), all + first);
            await(topics.parameters(), published -> ModelTopic.read(kafka, WARM).step() == 4);
        }

        Learner uninterrupted = ScaledLearner.of(start.bareLearner(OTHERS, new OpenBlas()));
        MiniBatch batch = uninterrupted.newBatch();
        double firstError = 0;
        for (int i = 0; i < all + 60; i++) {
            batch.add(digits.get(i % all));
            if (batch.isFull()) {
                double mse = uninterrupted.train(batch).forward().mse()[0];
                firstError = i < 60 ? mse : firstError;
                batch.clear();
            }
        }
        assertThat(HeaderName.text(read(topics.reconstructions()).get(0).headers(), HeaderName.MSE))
                .as("error of the first image, by the file's weights")
                .isEqualTo(new String(HeaderName.decimal(firstError)));
        PublishedModel published = ModelTopic.read(kafka, WARM);
        assertThat(published.step()).isEqualTo(4);
        published
                .parameters()
                .forEach((name, values) -> assertThat(values)
                        .as(name)
                        .isEqualTo(uninterrupted.state().parameter(name)));
    }

    private Trainer trainWarm(PublishedModel start) throws Exception {
        TrainerSettings settings = settings(SOON, OnGap.FAIL);
        Supplier<Learner> learner = () -> ScaledLearner.of(start.bareLearner(OTHERS, new OpenBlas()));
        return Trainer.start(
                new TrainerSettings(
                        settings.kafka(),
                        settings.stateDirectory(),
                        settings.sync(),
                        new TaskSettings(
                                new Topics(WARM),
                                settings.task().images(),
                                settings.task().checkpointInterval(),
                                settings.task().keep(),
                                settings.task().maxBatchWait(),
                                settings.task().input(),
                                settings.task().format(),
                                settings.task().alertAbove(),
                                settings.task().onGap())),
                learner,
                new TrainingListener() {});
    }
}
