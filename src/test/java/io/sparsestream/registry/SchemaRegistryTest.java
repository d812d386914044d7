package io.sparsestream.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.model.ModelException;
import io.sparsestream.support.Await;
import io.sparsestream.support.RegistryServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** By HTTP, against a server of its own. */
@Timeout(60)
class SchemaRegistryTest {
    private static final String SCHEMA = "{\"type\":\"array\",\"items\":\"double\"}";

    private RegistryServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RegistryServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private SchemaRegistry registry(Duration patience) {
        return SchemaRegistry.at(server.url(), patience);
    }

    @Test
    void aSchemaIsAskedForOnce() {
        int id = server.register(SCHEMA);
        SchemaRegistry registry = SchemaRegistry.at(server.url() + "/");
        for (int i = 0; i < 3; i++) {
            assertThat(registry.schema(id)).containsExactly(SCHEMA);
        }
        assertThat(server.asked()).containsExactly("GET /schemas/ids/1");
    }

    @Test
    void anUnknownIdIsAnAnswerAndNotAskedForWithEachRecord() {
        SchemaRegistry registry = registry(Duration.ZERO);
        for (int i = 0; i < 3; i++) {
            assertThat(registry.schema(99)).isEmpty();
            assertThat(registry.schema(-1)).isEmpty();
        }
        assertThat(server.asked()).containsExactly("GET /schemas/ids/99", "GET /schemas/ids/4294967295");
    }

    @Test
    void schemasThatOneRefersToComeFirst() {
        int point = server.register("{\"type\":\"record\",\"name\":\"Point\",\"fields\":[]}");
        int line = server.register(Map.of(
                "schema",
                "{\"type\":\"array\",\"items\":\"Point\"}",
                "references",
                List.of(Map.of("name", "Point", "subject", "point", "version", point))));
        assertThat(registry(Duration.ZERO).schema(line))
                .containsExactly(
                        "{\"type\":\"record\",\"name\":\"Point\",\"fields\":[]}",
                        "{\"type\":\"array\",\"items\":\"Point\"}");
    }

    @Test
    void aSchemaIsRegisteredOrRefused() {
        SchemaRegistry registry = registry(Duration.ZERO);
        int id = registry.register("pump-value", SCHEMA);
        assertThat(registry.register("pump-value", SCHEMA)).isEqualTo(id);
        assertThat(registry.schema(id)).containsExactly(SCHEMA);
        assertThatThrownBy(() -> registry.register("pump-value", "{\"name\":\"refused\"}"))
                .isInstanceOf(ModelException.class)
                .hasMessage("the schema registry at " + server.url() + " refuses subject pump-value: Incompatible"
                        + " schema: choose another topic, or change what the registry demands");
    }

    @ParameterizedTest
    @CsvSource({
        "500, it answers 500; see what its log says",
        "503, it answers 503; see what its log says",
        "401, 'it answers 401; give who may ask it, as in https://USER:PASSWORD@HOST'",
        "404, 'it answers 404, but not as a schema registry does; see that --schema-registry has the whole path, such as"
                + " /apis/ccompat/v7 of Apicurio''s'",
    })
    void whatIsNoAnswerIsWaitedForAndThenEndsTheTask(int status, String why) {
        int id = server.register(SCHEMA);
        server.fail(status);
        assertThatThrownBy(() -> registry(Duration.ofMillis(500)).schema(id))
                .isInstanceOf(ModelException.class)
                .hasMessage("the schema registry at " + server.url() + " has not told schema 1 for 0 s: " + why
                        + ", and start again: nothing is lost");
        assertThat(server.asked()).hasSizeGreaterThan(1);
    }

    @Test
    void whoIsAwayIsWaitedFor() throws Exception {
        int id = server.register(SCHEMA);
        server.goAway();
        assertThatThrownBy(() -> registry(Duration.ZERO).schema(id))
                .hasMessageContaining("nobody answers there; see that it runs and can be reached, and start again");
        SchemaRegistry patient = registry(Duration.ofSeconds(30));
        CompletableFuture<List<String>> schema = CompletableFuture.supplyAsync(() -> patient.schema(id));
        Thread.sleep(1500);
        assertThat(schema).isNotDone();
        server.comeBack();
        assertThat(schema.get()).containsExactly(SCHEMA);
    }

    @Test
    void whoLeavesWaitsNoLonger() throws Exception {
        server.goAway();
        SchemaRegistry registry = registry(Duration.ofMinutes(5));
        CompletableFuture<Long> ended = CompletableFuture.supplyAsync(() -> {
            assertThatThrownBy(() -> registry.schema(1)).hasMessageEndingWith(" is stopped");
            return System.nanoTime();
        });
        Thread.sleep(1500);
        assertThat(ended).isNotDone();
        long start = System.nanoTime();
        registry.leave();
        Await.until("the end of the wait", ended::isDone);
        assertThat(ended.get() - start).isLessThan(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void userAndPasswordAreSentButNotTold() {
        int id = server.register(SCHEMA);
        server.require("Basic YWxpY2U6czNjcmV0");
        String url = server.url().replace("http://", "http://alice:s3cret@");
        assertThat(SchemaRegistry.at(url).schema(id)).containsExactly(SCHEMA);
        server.fail(500);
        assertThatThrownBy(() -> SchemaRegistry.at(url, Duration.ZERO).schema(id))
                .hasMessageNotContaining("s3cret")
                .hasMessageContaining(server.url());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8081", "ftp://host", "http://", "http://user:se cret@host"})
    void whatIsNoUrlIsRefusedAndNotRepeated(String url) {
        assertThatThrownBy(() -> SchemaRegistry.at(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--schema-registry takes a URL such as ")
                .hasMessageNotContaining("se cret");
    }
}
