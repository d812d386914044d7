package io.sparsestream.cli.feed;

import static io.sparsestream.cli.CliIT.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.cli.CliIT;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics on a broker that has no other tools. */
class TopicsCommandIT {
    @TempDir
    Path directory;

    private String servers;

    private CliIT.Outcome create(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "topics";
        all[1] = "create";
        all[2] = servers;
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return run(all);
    }

    private static void assertRefused(CliIT.Outcome outcome, int code, String message) {
        assertThat(outcome.err()).startsWith("sparsestream: ").contains(message);
        assertThat(outcome.err().strip().lines()).hasSize(1);
        assertThat(outcome.code()).isEqualTo(code);
    }

    @Test
    void topicsAreCreatedAndListed() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
            servers = "--bootstrap-servers=" + broker.bootstrapServers();
            assertThat(run("topics", "list", servers).out()).startsWith("there are no topics yet");
            assertThat(create("readings").out()).isEqualTo("topic readings has been created with 1 partition\n");
            assertThat(create("wide", "--partitions=3", "--replication=1", "--topic-config=retention.ms=3600000")
                            .out())
                    .isEqualTo("topic wide has been created with 3 partitions\n");
            assertIsConfigured(broker.bootstrapServers());

            assertThat(create("wide").out())
                    .isEqualTo("topic wide exists already, with 3 partitions, and stays as it is\n");
            assertThat(create("wide", "--partitions=3").code()).isZero();
            assertRefused(create("wide", "--partitions=2"), 1, "topic wide exists with 3 partitions, not 2");
            assertRefused(create("two", "--replication=2"), 1, "topic two cannot be created: Kafka says:");
            assertRefused(
                    create("two", "--topic-config", "retention.mss=1"), 1, "Unknown topic config name: retention.mss");
            assertThat(create("two_words").code()).isZero();
            assertRefused(create("two.words"), 2, "cannot stand beside topic two_words");

            assertThat(run("replay", servers, "--images=120", "--topic=readings")
                            .code())
                    .isZero();
            assertThat(run("topics", "list", servers).out().lines())
                    .containsExactly(
                            "topic      partitions  replication  records",
                            "readings            1            1      120",
                            "two_words           1            1        0",
                            "wide                3            1        0");
            JsonNode json = Json.tree(
                    HeaderName.utf8(run("topics", "list", "--json", servers).out()));
            assertThat(json.at("/topics/0").toString())
                    .isEqualTo("{\"name\":\"readings\",\"partitions\":1,\"replication\":1,\"records\":120}");
        }
    }

    private void assertIsConfigured(String address) throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "wide");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            Config config = admin.describeConfigs(List.of(topic)).all().get().get(topic);
            assertThat(config.get("retention.ms").value()).isEqualTo("3600000");
            assertThat(config.get("retention.bytes").value()).as("bounded").isEqualTo("536870912");
        }
    }
}
