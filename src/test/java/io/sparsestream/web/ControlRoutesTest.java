package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.message.Control;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may steer over HTTP, by requests that are written by hand: a client library would not send such headers. */
class ControlRoutesTest {
    private static final String SET = "{\"command\": \"set\", \"hyperparameters\": {\"beta\": 0.1}}";

    private final List<String> told = new ArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.start("127.0.0.1", 0, new ControlRoutes(Set.of("sparse"), this::send));
    }

    private String send(String model, Control control) {
        told.add(model + ": " + control.text());
        return "control-0@7";
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1", "localhost", "[::1]"})
    void itsOwnPageMay(String name) throws IOException {
        String host = name + ":" + server.port();

        assertThat(post("/control/sparse", host, "http://" + host, "application/json", SET))
                .startsWith("HTTP/1.1 202")
                .endsWith("control-0@7");
        assertThat(told).containsExactly("sparse: set beta=0.1");
    }

    @Test
    void otherSitesMayNot() throws IOException {
        String host = "127.0.0.1:" + server.port();
        String rebound = "evil.example:" + server.port(); // a name whose owner has pointed it at this machine

        assertThat(post("/control/sparse", host, "http://evil.example", "application/json", SET))
                .startsWith("HTTP/1.1 403");
        assertThat(post("/control/sparse", host, null, "application/json", SET)).startsWith("HTTP/1.1 403");
        assertThat(post("/control/sparse", rebound, "http://" + rebound, "application/json", SET))
                .startsWith("HTTP/1.1 403");
        assertThat(post("/control/sparse", host, "http://" + host, "text/plain", SET))
                .as("what a form can send without asking")
                .startsWith("HTTP/1.1 415");
        assertThat(told).isEmpty();
    }

    @Test
    void whatIsWrongIsSaidAndNotPassedOn() throws IOException {
        String host = "127.0.0.1:" + server.port();

        assertThat(post("/control/nobody", host, "http://" + host, "application/json", SET))
                .startsWith("HTTP/1.1 404")
                .endsWith("no such model here");
        assertThat(post("/control/sparse", host, "http://" + host, "application/json", "{\"command\": \"jump\"}"))
                .startsWith("HTTP/1.1 400")
                .contains("unknown command \"jump\": choose from [set, pause, resume, rollback, reset]");
        assertThat(told).isEmpty();
    }

    private String post(String path, String host, String origin, String type, String body) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            String request = "POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\n"
                    + (origin == null ? "" : "Origin: " + origin + "\r\n") + "Content-Type: " + type
                    + "\r\nContent-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            StringBuilder response = new StringBuilder();
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            reader.lines().forEach(line -> response.append(line).append("\n"));
            return response.toString().strip();
        }
    }
}
