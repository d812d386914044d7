package io.sparsestream.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** deploy/ by Kubernetes' own schemas, and as kubectl resolves it. */
class ManifestsTest {
    private static final String BASE = "base";
    private static final String EXAMPLE = "overlays/example";

    /** Needs no kubectl. */
    @Test
    void filesFitTheirSchemas() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of("deploy"))) {
            files = all.filter(each -> each.toString().endsWith(".yaml"))
                    .filter(each -> !each.endsWith("kustomization.yaml"))
                    .filter(each -> !each.endsWith("authority.yaml")) // a patch
                    .toList();
        }
        assertThat(files).hasSizeGreaterThan(4);
        for (Path file : files) {
            assertThat(Manifests.read(Files.readString(file)).misfits())
                    .as(file.toString())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {BASE, EXAMPLE})
    void whatIsAppliedFitsTheSchemasAndHangsTogether(String directory) throws Exception {
        Manifests manifests = Manifests.read(Kubectl.kustomize(directory));

        assertThat(manifests.all()).hasSizeGreaterThan(5);
        assertThat(manifests.misfits()).isEmpty();
        assertThat(manifests.loose()).isEmpty();
    }

    /** A wrong word is found. */
    @ParameterizedTest
    @CsvSource({
        "readinessProbe:, readynessProbe:",
        "publishNotReadyAddresses, publishNotReadyAdresses",
        "terminationGracePeriodSeconds: 30, terminationGracePeriodSeconds: half a minute",
        "maxUnavailable, maxUnavailible",
        "backoffLimit, backOffLimit",
        "sourceLabels, sourceLabel",
        "serviceName:, service:",
        "apiVersion: batch/v1, apiVersion: batch/v1beta1",
        "path: /health/live, url: /health/live",
    })
    void whatDoesNotFitIsFound(String right, String wrong) throws Exception {
        String applied = Kubectl.kustomize(EXAMPLE);
        assertThat(applied).contains(right);
        assertThat(Manifests.read(applied.replace(right, wrong)).misfits()).isNotEmpty();
    }

    /** So is what leads nowhere. */
    @ParameterizedTest
    @CsvSource({
        "serviceName: sparsestream, serviceName: trainers",
        "'name: http\n', 'name: web\n'",
        "port: http, port: web",
        "name: kafka-cluster-ca-cert, name: kafka-ca",
        "'configMapRef:\n            name: sparsestream', 'configMapRef:\n            name: options'",
        "'mountPath: /tmp\n          name: tmp', 'mountPath: /tmp\n          name: temporary'",
        "'matchLabels:\n      app.kubernetes.io/component: trainer', 'matchLabels:\n      app.kubernetes.io/component: it'",
        "jobLabel: app.kubernetes.io/component, jobLabel: app.kubernetes.io/name",
    })
    void whatLeadsNowhereIsFound(String right, String wrong) throws Exception {
        String applied = Kubectl.kustomize(EXAMPLE);
        assertThat(applied).contains(right);
        assertThat(Manifests.read(applied.replace(right, wrong)).loose()).isNotEmpty();
    }

    /** As the profile "restricted" of Kubernetes' Pod Security Standards asks, and with a root that cannot be written. */
    @ParameterizedTest
    @ValueSource(strings = {BASE, EXAMPLE})
    void podsAreRestricted(String directory) throws Exception {
        Manifests manifests = Manifests.read(Kubectl.kustomize(directory));
        String user = Files.readString(Path.of("Dockerfile")).replaceAll("(?s).*useradd --uid (\\d+) .*", "$1");
        for (JsonNode workload :
                Stream.concat(manifests.of("StatefulSet"), manifests.of("Job")).toList()) {
            JsonNode pod = workload.at("/spec/template/spec");
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.at("/securityContext/runAsUser").asText()).isEqualTo(user);
            assertThat(pod.at("/securityContext/fsGroup").asText()).isEqualTo(user);
            assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
            assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
            for (JsonNode container : Manifests.containers(pod)) {
                JsonNode security = container.path("securityContext");
                assertThat(security.path("allowPrivilegeEscalation").asBoolean(true))
                        .isFalse();
                assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
                assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
                assertThat(container.findValuesAsText("mountPath"))
                        .contains("/tmp", "/var/lib/sparsestream", "/etc/sparsestream");
            }
        }
    }

    /** An overlay gives it its registry. */
    @Test
    void theImageIsNamedInOnePlace() throws Exception {
        assertThat(Manifests.read(Kubectl.kustomize(BASE)).all().toString())
                .contains("\"image\":\"sparsestream\"")
                .doesNotContain("\"image\":\"sparsestream:");
        assertThat(Kubectl.kustomize(EXAMPLE).lines().filter(line -> line.contains("image: ")))
                .hasSize(3)
                .allMatch(line -> line.endsWith("sparsestream:0.1.0"));
    }

    /** So another model can be in the same namespace. */
    @Test
    void eachSelectorOfTheExampleNamesTheModel() throws Exception {
        Manifests manifests = Manifests.read(Kubectl.kustomize(EXAMPLE));
        String model = manifests.data("ConfigMap").get("SPARSESTREAM_MODEL");
        List<JsonNode> selectors = List.of(
                manifests.one("Service").at("/spec/selector"),
                manifests.one("StatefulSet").at("/spec/selector/matchLabels"),
                manifests.one("PodDisruptionBudget").at("/spec/selector/matchLabels"),
                manifests.one("ServiceMonitor").at("/spec/selector/matchLabels"));
        for (JsonNode each : selectors) {
            assertThat(each.path("app.kubernetes.io/instance").asText()).isEqualTo(model);
        }
    }

    /** It creates the topic that the trainers read, with the partitions that they are told. */
    @Test
    void theTopicIsThatOfTheTrainers() throws Exception {
        Manifests manifests = Manifests.read(Kubectl.kustomize(EXAMPLE));
        JsonNode job = manifests.one("Job").at("/spec/template/spec/containers/0/args");
        JsonNode first = manifests.one("StatefulSet").at("/spec/template/spec/initContainers/0/args");
        assertThat(job)
                .hasToString("[\"topics\",\"create\",\"" + Topics.IMAGES + "\"]")
                .isEqualTo(first);
        assertThatCode(() -> Integer.parseInt(manifests.data("ConfigMap").get("SPARSESTREAM_PARTITIONS")))
                .doesNotThrowAnyException();
    }
}
