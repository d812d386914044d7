package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.support.Outside;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Whatever is asked of the server of the page over HTTP, it answers, and never that it has failed. */
class RoutesFuzzTest {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int LONGEST_HEAD = 8000; // of a request, by the server's default

    private static LivePage page;
    private static HttpServer server;

    /** Status and body of an answer; of a stream its beginning. */
    private record Answer(int status, String body) {}

    @BeforeAll
    static void start() throws IOException {
        page = LivePage.start(java.util.List.of("m"), true);
        Hyperparameters hyperparameters =
                Hyperparameters.SELECTIVE.with(Map.of("activation", "topk:5/topk:3", "batch", "10"));
        Learner learner = new MeasuredLearner(
                new Autoencoder(Architecture.of(64, 20, 6, 20, 64), hyperparameters, new PortableProduct()),
                new PortableProduct());
        MiniBatch batch = learner.newBatch();
        Random random = new Random(1);
        while (!batch.isFull()) {
            byte[] image = new byte[64];
            random.nextBytes(image);
            batch.add(image, "7");
        }
        page.feed("m").onStep(learner.train(batch), learner, 1);
        server = HttpServer.start(
                "127.0.0.1", 0, page, new ControlRoutes(Set.of("m"), (model, control) -> "control-0@1"));
    }

    @AfterAll
    static void stop() {
        page.close();
        server.close();
    }

    /** Behind the slash: {@code film/m/0}, {@code unit?model=m&layer=h_e_1&unit=0}. */
    @FuzzTest
    void path(byte[] bytes) throws IOException {
        String path = new String(bytes, StandardCharsets.ISO_8859_1).replaceAll("[\r\n]", "");
        if (path.length() > LONGEST_HEAD / 2 || path.startsWith("live")) {
            return; // which the server itself refuses; what has no end
        }
        Answer answer = ask("GET /" + path + " HTTP/1.1\r\n", "", new byte[0]);
        assertThat(answer.status()).as(answer.body()).isBetween(200, 499);
        assertThat(answer.body()).doesNotContain("Exception", "at java.", "at io.");
    }

    /** What is told to a model. */
    @FuzzTest
    void control(byte[] body) throws IOException {
        Answer answer = ask("POST /control/m HTTP/1.1\r\n", "Content-Type: application/json\r\n", body);
        assertThat(answer.status()).as(answer.body()).isIn(202, 400);
        Outside.assertIsOneLine(answer.body());
    }

    private static Answer ask(String line, String headers, byte[] body) throws IOException {
        String host = "127.0.0.1:" + server.port();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.write((line + "Host: " + host + "\r\nOrigin: http://" + host + "\r\nConnection: close\r\n" + headers
                            + "Content-Length: " + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            request.write(body);
            socket.getOutputStream().write(request.toByteArray());
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 ");
            int head = answer.indexOf("\r\n\r\n");
            return new Answer(Integer.parseInt(answer.substring(9, 12)), answer.substring(head + 4));
        }
    }
}
