package io.sparsestream.pictures;

import io.sparsestream.support.Await;
import io.sparsestream.web.PagePicture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Pictures that need a browser, or a model that is being learned, for {@code scripts/pictures}. */
@Command(
        name = "pictures",
        description = "Writes the animation of a model that learns and, of a demo that runs, its live page.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class PicturesCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    @Option(names = "--out", required = true, description = "Directory for the pictures.")
    private Path out;

    @Option(names = "--data", defaultValue = "data/mnist", description = "The dataset (default: ${DEFAULT-VALUE}).")
    private Path data;

    @Option(names = "--steps", defaultValue = "5000", description = "Of the animation (default: ${DEFAULT-VALUE}).")
    private long steps;

    @Option(names = "--page", description = "Instead of the animation: the page there, such as http://127.0.0.1:8080/.")
    private URI page;

    @Option(
            names = "--after",
            defaultValue = "1000",
            description = "Steps of each model after which the page is looked at (default: ${DEFAULT-VALUE}).")
    private long after;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new PicturesCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(out);
        if (page == null) {
            new LearningPicture(data).write(out.resolve("learning.gif"), steps);
            return 0;
        }
        if (!PagePicture.isPossible()) {
            System.err.println("skipped: the live page, since chromium and chromedriver are not installed");
            return 0;
        }
        Pattern early = Pattern.compile("(?m)^sparsestream_steps_total\\{[^}]*} (\\S+)$");
        Await.until("every model has made " + after + " steps", LIMIT, () -> {
            String metrics = metrics();
            return metrics.contains("sparsestream_steps_total{")
                    && early.matcher(metrics).results().allMatch(found -> Double.parseDouble(found.group(1)) >= after);
        });
        Path profiles = Files.createTempDirectory("pictures");
        PagePicture.write(page.toString(), out, profiles);
        return 0;
    }

    private String metrics() throws InterruptedException {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(page.resolve("/metrics")).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return ""; // not listening yet
        }
    }
}
