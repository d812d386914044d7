package io.sparsestream.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.OuterOptimizer;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.replay.Replay;
import io.sparsestream.replay.ShuffledStream;
import io.sparsestream.simulate.Simulation.Cell;
import io.sparsestream.simulate.Simulation.Result;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.rounds.Sync;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.trainer.TrainerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What is simulated is what happens. */
class SimulationOnRealBrokerIT extends OnRealBroker {
    private static final Architecture ARCHITECTURE = Architecture.of(784, 40, 784);
    private static final Hyperparameters HYPERPARAMETERS =
            Hyperparameters.SPARSE.with(Map.of("batch", "20", "averaging-window", "1000"));
    private static final int REPLICAS = 3;
    private static final int SYNC_EVERY = 4;
    private static final int ROUNDS = 6;
    private static final int IMAGES = REPLICAS * ROUNDS * SYNC_EVERY * 20;
    private static final long SEED = 3;

    /** With int8, so that what the encoding loses, and what it makes up for, is the same as well. */
    @Test
    void replicasOverKafkaEndWithTheSameBits() throws Exception {
        Dataset digits = Dataset.read(Path.of("data/mnist"), Split.TEST);
        TopicSetup.createImages(kafka, Topics.IMAGES, REPLICAS);
        ShuffledStream order = new ShuffledStream(digits.size(), SEED);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int position = 0; position < IMAGES; position++) {
            int index = order.index(position);
            records.add(new ProducerRecord<>(
                    Topics.IMAGES,
                    position % REPLICAS,
                    Replay.key(digits, index),
                    digits.images().get(index)));
        }
        send(records);
        TrainerSettings settings = new TrainerSettings(
                kafka,
                directory.resolve("state"),
                new Sync(
                        SYNC_EVERY,
                        Duration.ZERO,
                        OuterOptimizer.LEARNING_RATE,
                        OuterOptimizer.MOMENTUM,
                        DeltaEncoding.INT8),
                new TaskSettings(
                        TOPICS,
                        Topics.IMAGES,
                        SOON,
                        new Keep(1, 0),
                        NEVER,
                        InputFormat.AUTO,
                        ReconstructionFormat.UINT8,
                        Optional.empty(),
                        OnGap.FAIL));

        PublishedModel published;
        try (Trainer trainer = Trainer.start(
                settings,
                () -> new Autoencoder(ARCHITECTURE, HYPERPARAMETERS, new PortableProduct()),
                new TrainingListener() {})) {
            await(TOPICS.parameters(), all -> !all.isEmpty() && step() == IMAGES / 20);
            published = ModelTopic.read(kafka, TOPICS.model());
        }

        Simulation simulation = new Simulation(
                ARCHITECTURE,
                HYPERPARAMETERS,
                SEED,
                Partitioning.ROUND_ROBIN,
                OuterOptimizer.LEARNING_RATE,
                OuterOptimizer.MOMENTUM,
                DeltaEncoding.INT8);
        Result simulated = simulation.run(
                new Cell(REPLICAS, SYNC_EVERY, IMAGES), digits, digits, PortableProduct::new, images -> {});
        assertThat(simulated.rounds()).isEqualTo(ROUNDS);
        assertThat(published.crc32c()).isEqualTo(simulated.weightsCrc32c());
    }
}
