package io.sparsestream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.support.Await;
import io.sparsestream.support.SparsestreamProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs read on stderr; in processes of their own, since the log belongs to the process. */
class LogFormatIT {
    @TempDir
    Path directory;

    private static List<JsonNode> events(SparsestreamProcess process) throws IOException {
        return process.lines().stream()
                .map(line -> Json.tree(HeaderName.utf8(line)))
                .toList();
    }

    private SparsestreamProcess start(String... arguments) throws IOException {
        return SparsestreamProcess.start(directory.resolve(arguments[0] + ".txt"), arguments);
    }

    @Test
    void eachLineOfATrainerIsOneObjectAndProgressHasItsNumbers() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
            String servers = "--bootstrap-servers=" + broker.bootstrapServers();
            assertThat(CliIT.run("replay", servers, "--images=600").code()).isZero();
            SparsestreamProcess train = start(
                    "train",
                    servers,
                    "--log-format=json",
                    "--layers=784-16-784",
                    "--port=0",
                    "--state-dir=" + directory.resolve("state"));
            try {
                Await.until("a line on progress", () -> events(train).stream().anyMatch(event -> event.has("step")));
                assertThat(events(train)).allSatisfy(event -> {
                    assertThat(event.get("time").asText())
                            .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
                    assertThat(event.get("level").asText()).isEqualTo("INFO");
                    assertThat(event.get("logger").asText()).startsWith("io.sparsestream.");
                    assertThat(event.get("message").asText()).isNotEmpty();
                });
                JsonNode progress = events(train).stream()
                        .filter(event -> event.has("step"))
                        .findFirst()
                        .orElseThrow();
                assertThat(progress.get("message").asText()).startsWith("model sparse: step 10, loss 0.");
                assertThat(progress.get("step").isIntegralNumber()).isTrue();
                assertThat(progress.get("step").asLong()).isEqualTo(10);
                assertThat(progress.get("loss").asDouble()).isBetween(0.01, 1.0);
                assertThat(progress.get("recordsPerSecond").asDouble()).isBetween(1.0, 100.0);
                assertThat(progress.get("deadLetters").asLong()).isZero();
            } finally {
                train.terminate();
            }
            assertThat(events(train)
                            .get(events(train).size() - 1)
                            .get("message")
                            .asText())
                    .isEqualTo("stopping ...");
        }
    }

    @Test
    void failuresAreObjectsToo() throws Exception {
        SparsestreamProcess failed = start(
                "status", "--bootstrap-servers=127.0.0.1:1", "--connect-timeout=4", "--log-format=json", "--verbose");
        Await.until("the end", () -> !failed.isAlive());
        List<JsonNode> events = events(failed).stream()
                .filter(event -> !event.get("logger").asText().startsWith("org.apache.kafka"))
                .toList();
        assertThat(events.get(0).get("message").asText()).startsWith("waiting up to 4 s for Kafka");
        JsonNode last = events.get(events.size() - 1);
        assertThat(last.get("level").asText()).isEqualTo("ERROR");
        assertThat(last.get("message").asText()).startsWith("cannot reach Kafka at 127.0.0.1:1");
        assertThat(last.get("exception").asText()).contains("\tat io.sparsestream");
    }
}
