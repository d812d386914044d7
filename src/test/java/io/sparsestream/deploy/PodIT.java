package io.sparsestream.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.support.Await;
import io.sparsestream.support.Ports;
import io.sparsestream.support.SparsestreamProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The processes of deploy/base without a cluster: command lines, variables, files and probes as its manifests have them, with
 * other directories, ports and brokers, and beside services whose variables look like options.
 */
class PodIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Map<String, String> SERVICES = Map.of(
            "SPARSESTREAM_PORT", "tcp://10.0.0.1:80",
            "SPARSESTREAM_SERVICE_HOST", "10.0.0.1",
            "SPARSESTREAM_SERVICE_PORT", "80",
            "SPARSESTREAM_SERVICE_PORT_HTTP", "80",
            "SPARSESTREAM_PORT_80_TCP", "tcp://10.0.0.1:80",
            "SPARSESTREAM_PORT_80_TCP_PROTO", "tcp",
            "SPARSESTREAM_PORT_80_TCP_PORT", "80",
            "SPARSESTREAM_PORT_80_TCP_ADDR", "10.0.0.1",
            "SPARSESTREAM_BROKER_PORT", "tcp://10.0.0.2:9092");

    @TempDir
    Path directory;

    private Manifests manifests;
    private EmbeddedBroker broker;

    /** A pod of the StatefulSet, with a volume of its own. */
    private final class Pod {
        private final JsonNode spec = manifests.one("StatefulSet").at("/spec/template/spec");
        private final JsonNode trainer = spec.at("/containers/0");
        private final Path volume;
        private final int port = Ports.free();
        private SparsestreamProcess process;

        Pod(String name) throws IOException {
            volume = Files.createDirectories(directory.resolve(name));
            for (Map.Entry<String, String> file : manifests.data("Secret").entrySet()) {
                Files.writeString(volume.resolve(file.getKey()), file.getValue() + "\nport=" + port + "\n");
            }
        }

        /** What it says is in the file of that name. */
        SparsestreamProcess run(JsonNode container, String output) throws IOException {
            Map<String, String> environment = new HashMap<>(manifests.data("ConfigMap"));
            environment.replaceAll((name, value) -> value.replace("/var/lib/sparsestream", volume.toString())
                    .replace("/etc/sparsestream", volume.toString()));
            environment.putAll(SERVICES); // so the port is that of the file
            environment.put("SPARSESTREAM_BOOTSTRAP_SERVERS", broker.bootstrapServers());
            environment.put("SPARSESTREAM_HOST", "127.0.0.1");
            List<String> arguments = new ArrayList<>();
            container.path("args").forEach(each -> arguments.add(each.asText()));
            return SparsestreamProcess.start(volume.resolve(output), environment, arguments);
        }

        void start() throws Exception {
            SparsestreamProcess first = run(spec.at("/initContainers/0"), "topics.txt");
            Await.until("the end of the init container", () -> !first.isAlive());
            process = run(trainer, "trainer.txt");
        }

        int probe(String name) throws IOException, InterruptedException {
            return get(trainer.at("/" + name + "/httpGet/path").asText()).statusCode();
        }

        HttpResponse<String> get(String path) throws IOException, InterruptedException {
            return CLIENT.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }

        void awaitReady() throws Exception {
            Await.until("the startup probe", List.of(process), () -> probe("startupProbe") == 200);
            Await.until("the readiness probe", List.of(process), () -> {
                assertThat(probe("livenessProbe")).isEqualTo(200); // while it rebalances, too
                return probe("readinessProbe") == 200;
            });
        }

        double images() throws Exception {
            return Pattern.compile("(?m)^sparsestream_images_total\\{.*} (\\S+)$")
                    .matcher(get("/metrics").body())
                    .results()
                    .mapToDouble(found -> Double.parseDouble(found.group(1)))
                    .sum();
        }
    }

    @Test
    void aPodDoesAsItsManifestSays() throws Exception {
        manifests = Manifests.read(Kubectl.kustomize("base"));
        broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        List<Pod> pods = new ArrayList<>();
        try (EmbeddedBroker closed = broker) {
            int replicas = manifests.one("StatefulSet").at("/spec/replicas").asInt();
            for (int i = 0; i < replicas; i++) {
                pods.add(new Pod("sparsestream-" + i));
                pods.get(i).start();
            }
            assertThat(partitions()).hasToString(manifests.data("ConfigMap").get("SPARSESTREAM_PARTITIONS"));
            for (Pod pod : pods) {
                pod.awaitReady();
            }
            SparsestreamProcess replay = SparsestreamProcess.start(
                    directory.resolve("replay.txt"),
                    "replay",
                    "--bootstrap-servers=" + broker.bootstrapServers(),
                    "--images=1200");
            Await.until("the end of the replay", () -> !replay.isAlive());
            Await.until("most images", () -> {
                double images = 0;
                for (Pod pod : pods) {
                    images += pod.images();
                }
                return images > 1000;
            });

            Pod first = pods.get(0);
            double seconds = first.process.terminate();
            assertThat(seconds)
                    .isLessThan(first.spec.path("terminationGracePeriodSeconds").asDouble());
            assertThat(pods.get(1).probe("livenessProbe")).isEqualTo(200);
            first.start(); // again, on its volume
            first.awaitReady();
            assertThat(Files.readString(first.volume.resolve("topics.txt")))
                    .contains("topic images exists already, with 2 partitions, and stays as it is");
        } finally {
            for (Pod pod : pods) {
                pod.process.kill();
            }
        }
    }

    private int partitions() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin.describeTopics(List.of("images"))
                    .allTopicNames()
                    .get()
                    .get("images")
                    .partitions()
                    .size();
        }
    }
}
