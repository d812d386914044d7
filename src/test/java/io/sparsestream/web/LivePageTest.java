package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.support.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page's server side over real HTTP, with a real learner in the stream thread's place. */
@Timeout(60)
class LivePageTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"([^\"#]+)\"|from \"([^\"]+)\"");

    private final Random random = new Random(3);
    private final Learner learner = new MeasuredLearner(
            new Autoencoder(Architecture.DEFAULT, Hyperparameters.SPARSE, new OpenBlas()), new OpenBlas());
    private final HttpClient client = HttpClient.newHttpClient();
    private LivePage page;
    private ModelFeed feed;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        page = LivePage.start(List.of("sparse", "plain"), true);
        feed = page.feed("sparse");
        server = HttpServer.start("127.0.0.1", 0, page);
    }

    @AfterEach
    void stop() throws InterruptedException {
        page.close();
        server.close();
    }

    @Test
    void whateverThePageRefersToIsServed() throws Exception {
        Deque<URI> toRead = new ArrayDeque<>(List.of(uri("/")));
        TreeSet<String> read = new TreeSet<>();
        while (!toRead.isEmpty()) {
            URI uri = toRead.pop();
            if (!read.add(uri.getPath())) {
                continue;
            }
            HttpResponse<String> response = get(uri);
            assertThat(response.statusCode()).as(uri.getPath()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'self'")
                    .contains("frame-ancestors 'none'"); // nor could another page lay its own buttons over it
            Matcher references = REFERENCE.matcher(response.body());
            while (references.find() && !uri.getPath().startsWith("/uplot/")) {
                URI reference = uri.resolve(references.group(1) == null ? references.group(2) : references.group(1));
                if (!reference.getPath().equals("/metrics")) {
                    toRead.push(reference);
                }
            }
        }
        assertThat(read)
                .contains("/", "/page.css", "/icon.svg", "/js/main.js", "/js/curves.js", "/uplot/dist/uPlot.esm.js");
        assertThat(get(uri("/uplot/LICENSE")).body()).contains("MIT");
    }

    @Test
    void aPageThatOpensLaterStillSeesEverything() throws Exception {
        StepResult first = step();
        awaitLatest(); // else the second step's snapshot may take the place of the first one's
        step();
        try (Events events = new Events()) {
            JsonNode hello = events.next("hello", null);
            assertThat(hello.get("models")).extracting(JsonNode::asText).containsExactly("sparse", "plain");
            assertThat(hello.at("/limits/rarelyBelow").asDouble()).isEqualTo(0.001);

            JsonNode frame = events.next("frame", "sparse");
            assertThat(frame.get("state").asText()).isEqualTo("starting");
            assertThat(frame.at("/status/text").asText()).isEqualTo("starting");
            assertThat(frame.at("/status/tone").asText()).isEqualTo("neutral");
            assertThat(frame.get("figures")).isEmpty();
            assertThat(frame.get("step").asLong()).isEqualTo(1);
            assertThat(frame.get("architecture").asText()).isEqualTo("784-300-30-300-784");
            assertThat(frame.at("/hyperparameters/rho").asDouble()).isEqualTo(0.02);
            assertThat(frame.at("/activations/layers/h_e_1/units")).hasSize(300);
            assertThat(frame.at("/activations/layers/h_e_2/units")).hasSize(30);
            assertThat(frame.get("errorByLabel")).hasSize(10).allMatch(error -> error.asDouble() > 0);
            assertThat(frame.at("/errorByLabel/3").isNumber()).isTrue();
            JsonNode measures = frame.at("/activations/measures/layers/h_e_2");
            assertThat(measures.get("l0").asDouble()).isBetween(1.0, 30.0);
            assertThat(measures.get("lifetimeSparseness").asDouble()).isBetween(0.0, 1.0);
            assertThat(measures.get("classSelectivity").asDouble()).isBetween(0.0, 1.0);
            assertThat(measures.get("probeAccuracy").asDouble()).isBetween(0.0, 1.0);

            JsonNode history = events.next("history", "sparse");
            assertThat(history.get("steps").get(0).asLong()).isZero();
            assertThat((float) history.at("/loss/total/0").asDouble())
                    .isEqualTo((float) first.losses().total());

            JsonNode filters = events.next("filters", "sparse");
            assertThat(bytes(filters.get("pixels"))).hasSize(300 * 784);
            assertThat(filters.get("selectivity")).hasSize(10);
            assertThat(filters.get("labelled").get("0").asLong()).isPositive();

            JsonNode distributions = events.next("distributions", "sparse");
            assertThat(distributions.at("/layers/0/name").asText()).isEqualTo("h_e_1");
            assertThat(distributions.at("/layers/0/active")).hasSize(301);
            assertThat(distributions.at("/layers/1/values")).hasSize(40);
            assertThat(distributions.at("/layers/1/ridge/steps/0").asLong()).isEqualTo(0);

            JsonNode other = events.next("frame", "plain");
            assertThat(other.get("step").asLong()).isEqualTo(-1);
            assertThat(other.get("activations").isNull()).isTrue();
        }
    }

    /** What the page shows is, bit for bit, what the learner itself would make of the records with its present parameters. */
    @Test
    void theExamplesAreTheFirstOfEachLabelAsTheModelRedrawsThemNow() throws Exception {
        StepResult first = step();
        float[] zero = Arrays.copyOf(first.batch().images(), 784);
        try (Events events = new Events()) {
            JsonNode look = events.next("look", "sparse");
            assertThat(look.get("labels"))
                    .extracting(JsonNode::asText)
                    .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
            assertThat(look.get("rows").asInt()).isEqualTo(28);
            byte[] originals = bytes(look.get("originals"));
            for (int i = 0; i < 784; i++) {
                assertThat(originals[i] & 0xff).isEqualTo(Math.round(zero[i] * 255));
            }
            MiniBatch again = learner.newBatch();
            again.add(zero, 0, "0");
            ForwardPass forward = learner.reconstruct(again);
            assertThat(look.get("step").asLong()).isEqualTo(1);
            assertThat(look.at("/mse/0").asDouble()).isCloseTo(forward.mse()[0], within(1e-6));
            assertThat(bytes(look.get("reconstructions"))).hasSize(10 * 784);
            assertThat(look.at("/layers/1/units").asInt()).isEqualTo(30);
            assertThat(bytes(look.at("/layers/1/activations"))).hasSize(300);
        }
    }

    @Test
    void earlierStepsCanBeLookedAtAgain() throws Exception {
        for (int i = 0; i < 30; i++) {
            step();
        }
        try (Events events = new Events()) {
            JsonNode look = events.next("look", "sparse");
            while (look.get("step").asLong() <= look.at("/steps/0").asLong()) { // the first one is of the first step
                step();
                look = events.next("look", "sparse");
            }
            assertThat(look.get("steps")).isNotEmpty();
            long at = look.at("/steps/0").asLong();
            HttpResponse<String> past = get(uri("/film/sparse/" + at));
            assertThat(past.statusCode()).isEqualTo(200);
            JsonNode then = JSON.readTree(past.body());
            assertThat(then.get("step").asLong()).isEqualTo(at).isLessThan(30);
            assertThat(bytes(then.get("originals"))).isEqualTo(bytes(look.get("originals")));
            assertThat(bytes(then.get("reconstructions"))).isNotEqualTo(bytes(look.get("reconstructions")));
            assertThat(get(uri("/film/plain/" + at)).statusCode()).isEqualTo(404);
            assertThat(get(uri("/film/nobody/3")).statusCode()).isEqualTo(404);
            assertThat(get(uri("/film/sparse/x")).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void framesFollowTheStepsSeveralTimesASecond() throws Exception {
        try (Events events = new Events()) {
            for (int i = 0; i < 6; i++) {
                step();
                long made = i;
                JsonNode frame = events.next("frame", "sparse");
                while (frame.get("step").asLong() < made) {
                    frame = events.next("frame", "sparse");
                }
                assertThat(frame.get("step").asLong()).isEqualTo(made);
            }
            assertThat(events.next("frame", "sparse").get("images").asLong()).isEqualTo(6 * 60);
        }
    }

    /** Megabytes wait for clients that never read; neither the steps nor the other client may notice. */
    @Test
    void slowClientsHoldNobodyBack() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try (Events events = new Events()) {
            for (int i = 0; i < 5; i++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(4096);
                socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
                socket.getOutputStream()
                        .write("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            long sent = 0;
            long worst = 0;
            while (sent < 8_000_000) { // more than the sockets' buffers hold
                StepResult result = learner.train(batch());
                long start = System.nanoTime();
                feed.onStep(result, learner, 1);
                worst = Math.max(worst, System.nanoTime() - start);
                new Events().close(); // a new client: everything is sent to all at once
                sent += events.next("filters", "sparse").get("pixels").asText().length();
            }
            assertThat(worst).as("nanoseconds of the slowest handover").isLessThan(500_000_000);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void tooManyClientsAreToldSo() throws Exception {
        List<Events> open = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                Events events = new Events();
                events.next("frame", "sparse");
                open.add(events);
            }
            HttpResponse<String> refused = get(uri("/live"));
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("50 pages are open already");
        } finally {
            for (Events events : open) {
                events.close();
            }
        }
    }

    @Test
    void closingTellsTheLastStateAndEndsTheStreamOfEvents() throws Exception {
        try (Events events = new Events()) {
            events.next("frame", "sparse");
            step();
            page.close();
            assertThat(events.last("frame", "sparse").get("step").asLong()).isZero();
        }
    }

    @Test
    void aFinishedRunSaysSoWithItsFiguresUntilTheEnd() throws Exception {
        try (Events events = new Events()) {
            events.next("frame", "sparse");
            feed.finish(List.of(new Figure("test loss", "0.0352"), new Figure("steps", "20,000")));
            page.close();

            JsonNode last = events.last("frame", "sparse");
            assertThat(last.get("state").asText()).isEqualTo("finished");
            assertThat(last.at("/status/tone").asText()).isEqualTo("good");
            assertThat(last.get("figures"))
                    .extracting(figure -> figure.get("name").asText() + " "
                            + figure.get("value").asText())
                    .containsExactly("test loss 0.0352", "steps 20,000");
        }
    }

    private StepResult step() {
        StepResult result = learner.train(batch());
        feed.onStep(result, learner, 1);
        return result;
    }

    private void awaitLatest() throws InterruptedException {
        Await.until("the first frame", () -> feed.latest() != null);
    }

    private MiniBatch batch() {
        MiniBatch batch = learner.newBatch();
        for (int i = 0; !batch.isFull(); i++) {
            byte[] image = new byte[784];
            random.nextBytes(image);
            batch.add(image, Integer.toString(i % 10));
        }
        return batch;
    }

    private static byte[] bytes(JsonNode base64) {
        return Base64.getDecoder().decode(base64.asText());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private HttpResponse<String> get(URI uri) throws Exception {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A client that reads. */
    private final class Events implements AutoCloseable {
        private final Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), server.port());
        private final BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));

        Events() throws IOException {
            socket.getOutputStream()
                    .write("GET /live HTTP/1.0\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }

        /** The next event of a kind and, unless null, a model. */
        JsonNode next(String kind, String model) throws IOException {
            while (true) {
                String line = reader.readLine();
                if (line == null) {
                    throw new IOException("the stream has ended");
                }
                if (line.equals("event: " + kind)) {
                    JsonNode data = JSON.readTree(reader.readLine().substring("data: ".length()));
                    if (model == null || model.equals(data.get("model").asText())) {
                        return data;
                    }
                }
            }
        }

        /** The last event of a kind and a model when the server has ended the stream. */
        JsonNode last(String kind, String model) throws IOException {
            JsonNode last = null;
            String line = reader.readLine();
            while (line != null) {
                if (line.equals("event: " + kind)) {
                    JsonNode data = JSON.readTree(reader.readLine().substring("data: ".length()));
                    last = data.get("model").asText().equals(model) ? data : last;
                }
                line = reader.readLine();
            }
            return last;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
