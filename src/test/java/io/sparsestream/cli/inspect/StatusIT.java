package io.sparsestream.cli.inspect;

import static io.sparsestream.cli.CliIT.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.cli.CliIT;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.support.Await;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;

/** What people see of models without asking their trainers. */
class StatusIT extends OnRealBroker {
    private String servers;

    private JsonNode json(String command, String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = command;
        arguments[1] = servers;
        arguments[2] = "--json";
        System.arraycopy(more, 0, arguments, 3, more.length);
        CliIT.Outcome outcome = run(arguments);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return Json.tree(HeaderName.utf8(outcome.out()));
    }

    private JsonNode model() {
        return json("status", "--interval=0.5").at("/models/0");
    }

    private String state() {
        return model().get("state").asText();
    }

    private static ProducerRecord<byte[], byte[]> record(String key, byte[] value, String dtype) {
        return new ProducerRecord<>(
                Topics.IMAGES,
                null,
                HeaderName.utf8(key),
                value,
                List.of(new RecordHeader(HeaderName.DTYPE, HeaderName.utf8(dtype))));
    }

    @Test
    void statusAndDeadLettersSayWhereAModelStandsAndWhy() throws Exception {
        servers = "--bootstrap-servers=" + broker.bootstrapServers();
        CliIT.Outcome nothing = run("status", servers);
        assertThat(nothing.out())
                .contains("there is no topic to learn from")
                .contains("no model has been trained there: start one by 'train'");
        CliIT.Outcome noModel = run("dead-letters", servers);
        assertThat(noModel.err()).contains("no trainer of a model 'sparse' has run there");
        assertThat(noModel.code()).isEqualTo(1);

        try (Trainer trainer = train(SOON)) {
            Await.until("a trainer that is ready", () -> state().equals("ready"));
            assertThat(run("dead-letters", servers).out()).isEqualTo("model sparse has no dead letters\n");
            send(0, 2 * BATCH);
            send(List.of(
                    record("a", HeaderName.utf8("1.5,2"), "csv"),
                    record("b", new byte[9], "uint8"),
                    record("c", new byte[10], "uint8")));
            await(TOPICS.deadLetters(), 3);
            await(TOPICS.parameters(), records -> !records.isEmpty() && step() == 2);
            Await.until("all images taken", () -> model().get("lag").asLong() == 0);
            assertTold("ready");

            assertThat(run("pause", servers).code()).isZero();
            Await.until("a trainer that is paused", () -> state().equals("paused"));
            assertThat(run("resume", servers).code()).isZero();
            Await.until("a trainer that goes on", () -> state().equals("ready"));
        }
        assertTold("stopped");
        send(0, 7);
        assertThat(model().get("lag").asLong()).isEqualTo(7);

        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(List.of(new NewTopic("model.strange", Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
        send(List.of(new ProducerRecord<>("model.strange", HeaderName.utf8("manifest"), HeaderName.utf8("{}?"))));
        CliIT.Outcome both = run("status", servers, "--interval=0");
        assertThat(both.code()).as(both.err()).isZero();
        assertThat(both.out()).contains("sparse  ", "strange  ");
    }

    private void assertTold(String state) {
        JsonNode model = model();
        assertThat(model.get("state").asText()).isEqualTo(state);
        assertThat(model.get("topic").asText()).isEqualTo(Topics.IMAGES);
        assertThat(model.get("step").asLong()).isEqualTo(2);
        assertThat(model.get("images").asLong()).isEqualTo(2 * BATCH);
        assertThat(model.get("rate").asDouble()).isZero();
        assertThat(model.at("/deadLetters/reasons/0/reason").asText()).isEqualTo("value of N bytes, not N");
        assertThat(model.at("/deadLetters/reasons/0/records").asLong()).isEqualTo(2);
        List<String> lines =
                run("status", servers, "--interval=0").out().lines().toList();
        assertThat(lines)
                .containsExactly(
                        "topic   partitions  records",
                        "images           1      123",
                        "",
                        "model    topic  step  lag  records/s  " + " ".repeat(state.length() - "state".length())
                                + "state  dead",
                        "sparse  images     2    0          0  " + state + "     3",
                        "",
                        "dead letters of model sparse by reason",
                        "        2  value of N bytes, not N",
                        "        1  N numbers, not N");

        JsonNode letters = json("dead-letters", "--last=1");
        assertThat(letters.get("records").asLong()).isEqualTo(3);
        assertThat(letters.get("complete").asBoolean()).isTrue();
        assertThat(letters.at("/reasons/1/reason").asText()).isEqualTo("N numbers, not N");
        assertThat(letters.get("last")).hasSize(1);
        assertThat(letters.at("/last/0/source").asText()).isEqualTo("images-0@122");
        assertThat(letters.at("/last/0/value").asText()).isEqualTo("00 00 00 00 00 00 00 00 00 00");
        List<String> text =
                run("dead-letters", servers, "--last=3").out().lines().toList();
        assertThat(text)
                .containsSubsequence(
                        "topic dead-letters.sparse has 3 records",
                        "        2  value of N bytes, not N",
                        "    2 numbers, not 784",
                        "    5 bytes: '1.5,2'",
                        "    value of 9 bytes, not 784",
                        "    9 bytes: 00 00 00 00 00 00 00 00 00");
        assertThat(text.get(4)).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ  images-0@120  key 'a'");
    }

    /** Long names and large numbers, too. */
    @Test
    void modelsOfOthersAreShownAndTheTableFits80Columns() throws Exception {
        servers = "--bootstrap-servers=" + broker.bootstrapServers();
        Path file = directory.resolve("a.npz");
        try (Trainer trainer = train(SOON)) {
            send(0, BATCH);
            await(TOPICS.parameters(), records -> !records.isEmpty() && step() == 1);
        }
        assertThat(run("export", servers, "--format=npz", "--out=" + file).code())
                .isZero();
        String name = "a-model-with-a-name-that-is-quite-long";
        assertThat(run("import", servers, "--model-file=" + file, "--model=" + name)
                        .code())
                .isZero();
        assertThat(run("topics", "create", servers, "a-topic-with-a-name-that-is-quite-long-too")
                        .code())
                .isZero();
        List<String> lines = run("status", servers).out().lines().toList();
        assertThat(lines).allMatch(line -> line.length() <= 80);
        assertThat(lines).anyMatch(line -> line.matches("a-model-\\.\\.\\. +– +1 +– +0 +imported +0"));
    }
}
