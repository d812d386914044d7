package io.sparsestream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.rounds.Sync;
import io.sparsestream.support.Await;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.trainer.TrainerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.DoublePredicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamMetricsIT {
    private static final Architecture SMALL = Architecture.of(4, 3, 2, 3, 4);
    private static final Hyperparameters CHOSEN = Hyperparameters.PLAIN.with(Map.of("batch", "10"));
    private static final int IMAGES = 2_000; // a third of them is under way while the first step waits
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final PrometheusMeterRegistry registry = Meters.create();
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    @Test
    void showsLagAndKafkasMetersWithTheModelUntilClosed() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
            Map<String, Object> kafka =
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "consumer.max.poll.records", 10);
            TopicSetup.createImages(kafka, Topics.IMAGES);
            send(kafka, IMAGES);
            try (Trainer trainer = start(kafka)) {
                try (StreamMetrics bound = new StreamMetrics(registry, "digits", trainer)) {
                    assertThat(bound).isNotNull();

                    // The first ten are being learned, some more are on their way: the others are not fetched.
                    awaitLag("most images to be waiting", lag -> lag > IMAGES / 2 && lag < IMAGES);
                    mayGoOn.countDown();
                    awaitLag("no image to be waiting", lag -> lag == 0);

                    assertThat(registry.scrape())
                            .contains(
                                    "sparsestream_lag{model=\"digits\"} 0.0",
                                    "sparsestream_broker_reachable{model=\"digits\"} 1.0")
                            .containsPattern("kafka_stream_client_state\\{.*model=\"digits\".*} 2.0");
                }
                assertThat(registry.scrape()).doesNotContain("kafka_", "sparsestream_lag", "sparsestream_broker");
            }
        }
    }

    private Trainer start(Map<String, Object> kafka) throws Exception {
        TrainerSettings settings = new TrainerSettings(
                kafka,
                directory.resolve("state"),
                Sync.DEFAULT,
                new TaskSettings(
                        new Topics("digits"),
                        Topics.IMAGES,
                        Duration.ofSeconds(5),
                        new Keep(3, 0),
                        Duration.ofSeconds(1),
                        InputFormat.AUTO,
                        ReconstructionFormat.UINT8,
                        Optional.empty(),
                        OnGap.FAIL));
        return Trainer.start(settings, () -> new Autoencoder(SMALL, CHOSEN, new OpenBlas()), new TrainingListener() {
            @Override
            public void onStep(StepResult result, Learner learner, long nanos) {
                try {
                    mayGoOn.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
    }

    private static void send(Map<String, Object> kafka, int images) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < images; i++) {
                producer.send(new ProducerRecord<>(Topics.IMAGES, new byte[SMALL.inputs()]));
            }
        }
    }

    private void awaitLag(String what, DoublePredicate expected) throws InterruptedException {
        Await.until(
                what,
                LIMIT,
                () -> expected.test(registry.get("sparsestream.lag")
                        .tag("model", "digits")
                        .gauge()
                        .value()));
    }
}
