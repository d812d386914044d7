package io.sparsestream.cli.train;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.AlertOption;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.InputOptions;
import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.MetricsOptions;
import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.option.StateDirectory;
import io.sparsestream.cli.option.TopicCheck;
import io.sparsestream.cli.option.TopicName;
import io.sparsestream.cli.terminal.Resources;
import io.sparsestream.cli.terminal.Shutdown;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.metrics.Meters;
import io.sparsestream.metrics.ScoreMetrics;
import io.sparsestream.score.ScoreSettings;
import io.sparsestream.score.ScoringApplication;
import io.sparsestream.topic.Topics;
import io.sparsestream.web.HttpServer;
import io.sparsestream.web.MetricsRoutes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the newest model makes of each image, until stopped. */
@Command(
        name = "score",
        description = "Scores every image by the newest published model, without learning, until stopped.")
public final class ScoreCommand implements Callable<Integer> {

    @Mixin
    private KafkaOptions kafka;

    @About(Section.MODEL)
    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "sparse",
            description = "The name of a published model (default: ${DEFAULT-VALUE}).")
    private String model;

    @About(Section.KAFKA)
    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.IMAGES,
            description = "Topic of the images (default: ${DEFAULT-VALUE}).")
    private String topic;

    @About(Section.KAFKA)
    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            defaultValue = "sparsestream-state",
            description = "Directory of the error statistics (default: ${DEFAULT-VALUE}).")
    private Path stateDirectory;

    @Mixin
    private InputOptions input;

    @About(Section.CHECKPOINTS)
    @Option(
            names = "--format",
            paramLabel = "same|uint8|float32|json",
            defaultValue = "same",
            description =
                    "How a score has the reconstruction: same is Base64 of uint8 pixels for records that came as such, else"
                            + " numbers, as with float32 and json (default: ${DEFAULT-VALUE}).")
    private ReconstructionFormat format;

    @Mixin
    private AlertOption alert;

    @Mixin
    private MetricsOptions http;

    @Mixin
    private EngineOption engine;

    @Override
    public Integer call() throws Exception {
        Map<String, Object> properties = kafka.toMap();
        TopicName.check(topic, ModelName.check(model));
        ScoreSettings settings = new ScoreSettings(new Topics(model), topic, input::of, format, alert.above());
        PrometheusMeterRegistry registry = Meters.create();
        Supplier<MatrixProduct> products = engine.load();
        kafka.connect();
        TopicCheck.requireDistinct(properties, List.of(topic), List.of(model));
        try (Resources serving = serve(registry);
                StateDirectory taken =
                        StateDirectory.take(stateDirectory, new Topics(model).scoreApplicationId(), properties);
                ScoringApplication application = ScoringApplication.start(
                        properties,
                        stateDirectory,
                        settings,
                        products,
                        new ScoreMetrics(Meters.alsoForAgents(registry), model));
                AutoCloseable hook = Shutdown.closing(application)) {
            log().info("scoring topic {} as soon as model {} has been published", topic, model);
            application.failed().get();
        }
        return 0;
    }

    private Resources serve(PrometheusMeterRegistry registry) throws IOException {
        Resources resources = new Resources();
        Optional<HttpServer> server = http.start(new MetricsRoutes(registry));
        server.ifPresent(resources::add);
        server.ifPresent(each -> log().info("metrics at {}/metrics", http.url(each)));
        return resources;
    }

    /** Not kept, since to begin logging takes longer than a help. */
    private static Logger log() {
        return LoggerFactory.getLogger(ScoreCommand.class);
    }
}
