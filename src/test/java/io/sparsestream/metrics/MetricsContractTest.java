package io.sparsestream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.FakeLearner;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.stream.Round;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.keyed.KeyedListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What Prometheus reads at {@code /metrics}: names, tags, buckets, types and descriptions, without the values. Dashboards,
 * alerts and people's own queries hang on it. Before you change the expected text: an addition is harmless; a name, a tag or
 * a bucket that changes breaks queries without an error, so it needs a new name beside the old one, and a line in the
 * changelog. A base unit that a name does not end with changes the name.
 */
class MetricsContractTest {
    private static final Path EXPECTED = Path.of("src/test/resources/metrics.txt");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void prometheusReadsWhatItAlwaysHas() throws IOException {
        StringBuilder found = new StringBuilder();
        new RunMetrics(registry, List.of("digits"));
        TrainingListener single = new TrainingMetrics(registry, "digits").single();
        found.append(section("a model before its first step"));
        step(single);
        found.append(section("a model"));

        registry.clear();
        step(new TrainingMetrics(registry, "digits").single(), scaled());
        found.append(section("a model whose inputs are scaled"));

        registry.clear();
        TrainingMetrics model = new TrainingMetrics(registry, "digits");
        TrainingListener replica = model.replica(0);
        found.append(section("a replica before its first step"));
        step(replica);
        replica.onAnswer(1, 1);
        model.onRound(new Round(1, 1, 1, Map.of(0, 0.5), Set.of(1), Set.of(2)));
        found.append(section("a replica beside the averager"));
        replica.onEnd();
        found.append(section("the averager alone"));
        model.onEnd();
        found.append(section("neither"));

        registry.clear();
        KeyedListener keyed = KeyedMetrics.of(registry, "digits");
        step(keyed);
        found.append(section("a model for each key"));

        assertThat(found).hasToString(Files.readString(EXPECTED));
    }

    private static void step(TrainingListener listener) {
        step(listener, new MeasuredLearner(new FakeLearner(), new PortableProduct()));
    }

    private static Learner scaled() {
        Architecture architecture = Architecture.of(FakeLearner.PIXELS, 2, FakeLearner.PIXELS);
        return ScaledLearner.of(new Autoencoder(architecture, Hyperparameters.VECTORS, new PortableProduct()));
    }

    private static void step(TrainingListener listener, Learner learner) {
        MiniBatch batch = learner.newBatch();
        while (!batch.isFull()) {
            batch.add(new byte[FakeLearner.PIXELS], "seven");
        }
        listener.onStep(learner.train(batch), learner, 1);
    }

    private String section(String title) {
        return registry.scrape()
                .lines()
                .map(line -> line.startsWith("#") ? line : line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.joining("\n", "## " + title + "\n", "\n\n"))
                .replaceAll("\"}\n\\w+_bucket\\{.*,le=\"", " "); // the buckets of a histogram in one line
    }
}
