package io.sparsestream.registry;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sparsestream.model.ModelException;
import io.sparsestream.support.Outside;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Whatever a server answers that is taken for a schema registry, it is a schema or an id, or a line says why not. */
class SchemaRegistryFuzzTest {
    private static final int[] STATUS = {200, 404, 409, 422, 500, 200};
    private static final long COPIED = 100 * 1000; // an answer may refer to itself a hundred times

    private static HttpServer server;
    private static volatile byte[] answer = {}; // the number of a status, and a body

    @BeforeAll
    static void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", SchemaRegistryFuzzTest::answer);
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] body = Arrays.copyOfRange(answer, Math.min(1, answer.length), answer.length);
            int status = STATUS[answer.length == 0 ? 0 : (answer[0] & 0xff) % STATUS.length];
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @FuzzTest
    void answered(byte[] bytes) {
        answer = bytes;
        SchemaRegistry registry =
                SchemaRegistry.at("http://127.0.0.1:" + server.getAddress().getPort(), Duration.ZERO);
        Outside.read(COPIED * bytes.length, () -> registry.schema(1), List.of(ModelException.class));
        Outside.read(COPIED * bytes.length, () -> registry.register("a subject", "{}"), List.of(ModelException.class));
    }
}
