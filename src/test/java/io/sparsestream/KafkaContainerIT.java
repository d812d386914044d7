package io.sparsestream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.replay.Replay;
import io.sparsestream.replay.ShuffledStream;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.rounds.Sync;
import io.sparsestream.support.Await;
import io.sparsestream.support.CommittedRecords;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.trainer.TrainerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** The pipeline on the broker that docker-compose.yml runs, in a container, with its default limits. */
class KafkaContainerIT {
    private static final String IMAGE = "apache/kafka:" + AppInfoParser.getVersion();
    private static final String HOST_OVERRIDE = "TESTCONTAINERS_HOST_OVERRIDE";
    private static final Hyperparameters SPARSE = Hyperparameters.SPARSE;
    private static final int STEPS = 20;
    private static final int IMAGES = STEPS * SPARSE.batch();

    @TempDir
    private Path directory;

    @Test
    void composeRunsTheBrokerOfTheClientsVersion() throws Exception {
        for (String file : new String[] {"docker-compose.yml", "docker-compose.cluster.yml"}) {
            assertThat(Files.readString(Path.of(file)))
                    .as(file)
                    .contains("image: " + IMAGE + "\n")
                    .doesNotContainPattern(
                            "image: apache/kafka:(?!" + Pattern.quote(AppInfoParser.getVersion()) + "\n)");
        }
    }

    @Test
    void learnsOnAKafkaInAContainerAsItDoesWithoutKafka() throws Exception {
        // Testcontainers would ask a further image for the address of the host.
        assumeThat(Files.exists(Path.of("/.dockerenv")) && System.getenv(HOST_OVERRIDE) == null)
                .as("this machine is a container itself: set %s=localhost if its Docker is its own", HOST_OVERRIDE)
                .isFalse();
        assumeThat(hasImage())
                .as("Docker with the image %s is not there: docker pull it, or scripts/stand-ins/build it", IMAGE)
                .isTrue();
        Dataset digits = Dataset.read(Path.of("data/mnist"), Split.TEST);
        try (KafkaContainer broker = new KafkaContainer(IMAGE)) {
            broker.start();
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.getBootstrapServers());
            TopicSetup.createImages(kafka, Topics.IMAGES);
            try (Replay replay = new Replay(kafka, Topics.IMAGES, digits, SPARSE.seed());
                    Trainer trainer = start(kafka)) {
                replay.run(0, IMAGES, 0, position -> true);
                PublishedModel published = await(kafka, trainer);

                assertThat(published.step()).isEqualTo(STEPS);
                Learner expected = learned(digits);
                published
                        .parameters()
                        .forEach((name, values) -> assertThat(values)
                                .as(name)
                                .isEqualTo(expected.state().parameter(name)));
            }
            assertThat(CommittedRecords.of(kafka, new Topics("sparse").reconstructions())
                            .size())
                    .isEqualTo(IMAGES);
        }
    }

    private static boolean hasImage() {
        DockerClientFactory docker = DockerClientFactory.instance();
        return docker.isDockerAvailable()
                && !docker.client()
                        .listImagesCmd()
                        .withFilter("reference", List.of(IMAGE))
                        .exec()
                        .isEmpty();
    }

    private Trainer start(Map<String, Object> kafka) throws Exception {
        TrainerSettings settings = new TrainerSettings(
                kafka,
                directory,
                Sync.DEFAULT,
                new TaskSettings(
                        new Topics("sparse"),
                        Topics.IMAGES,
                        Duration.ofMillis(200),
                        new Keep(3, 0),
                        Duration.ofSeconds(1),
                        InputFormat.AUTO,
                        ReconstructionFormat.UINT8,
                        Optional.empty(),
                        OnGap.FAIL));
        return Trainer.start(
                settings,
                () -> new Autoencoder(Architecture.DEFAULT, SPARSE, new OpenBlas()),
                new TrainingListener() {});
    }

    /** The model after the last step, which a checkpoint publishes when the stream has fallen idle. */
    private static PublishedModel await(Map<String, Object> kafka, Trainer trainer) throws Exception {
        Await.until("the model of step " + STEPS, () -> {
            assertThat(trainer.failed()).isNotDone();
            return ModelTopic.read(kafka, "sparse").step() >= STEPS; // throws an exception before the first
        });
        return ModelTopic.read(kafka, "sparse");
    }

    private static Learner learned(Dataset digits) {
        Learner learner = new Autoencoder(Architecture.DEFAULT, SPARSE, new OpenBlas());
        ShuffledStream stream = new ShuffledStream(digits.size(), SPARSE.seed());
        MiniBatch batch = learner.newBatch();
        for (int i = 0; i < IMAGES; i++) {
            batch.add(digits.images().get(stream.index(i)));
            if (batch.isFull()) {
                learner.train(batch);
                batch.clear();
            }
        }
        return learner;
    }
}
