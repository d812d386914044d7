package io.sparsestream.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Manifests as kubectl sends them. */
record Manifests(List<JsonNode> all) {
    /** Secrets that others than the manifests make. */
    private static final Set<String> OF_OTHERS = Set.of("kafka-cluster-ca-cert");

    private static final Map<String, Schema> SCHEMAS = Map.of(
            "v1 ConfigMap", V1ConfigMap::fromJson,
            "v1 Secret", V1Secret::fromJson,
            "v1 Service", V1Service::fromJson,
            "apps/v1 StatefulSet", V1StatefulSet::fromJson,
            "batch/v1 Job", V1Job::fromJson,
            "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::fromJson,
            "monitoring.coreos.com/v1 ServiceMonitor", Manifests::serviceMonitor);

    /** Its models would keep what they do not know. */
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            })
            .build();

    /** What the API server would take a kind by. */
    private interface Schema {
        /** @throws IOException or an unchecked exception if the object has an unknown field, or lacks one */
        Object read(String json) throws IOException;
    }

    /** @param yaml documents between lines of dashes */
    static Manifests read(String yaml) {
        Iterable<Object> documents = new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml);
        return new Manifests(StreamSupport.stream(documents.spliterator(), false)
                .map(STRICT::<JsonNode>valueToTree)
                .toList());
    }

    private static Object serviceMonitor(String json) throws JsonProcessingException {
        return STRICT.readValue(json, ServiceMonitor.class);
    }

    Stream<JsonNode> of(String kind) {
        return all.stream().filter(each -> each.path("kind").asText().equals(kind));
    }

    /** The only one of its kind. */
    JsonNode one(String kind) {
        List<JsonNode> found = of(kind).toList();
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " of kind " + kind);
        }
        return found.get(0);
    }

    /** What the generated ConfigMap or Secret has. */
    Map<String, String> data(String kind) {
        return one(kind).path("data").properties().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> {
            String text = entry.getValue().asText();
            return kind.equals("Secret")
                    ? new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8)
                    : text;
        }));
    }

    /** What is wrong with each by itself, by the schema of its kind. */
    List<String> misfits() {
        List<String> misfits = new ArrayList<>();
        for (JsonNode each : all) {
            String kind =
                    each.path("apiVersion").asText() + " " + each.path("kind").asText();
            try {
                Schema schema = SCHEMAS.get(kind);
                if (schema == null) {
                    throw new IOException("nobody knows " + kind);
                }
                schema.read(each.toString());
            } catch (IOException | RuntimeException e) {
                misfits.add(kind + ": " + e.getMessage());
            }
        }
        return misfits;
    }

    /** What is wrong with them together: names and labels that lead nowhere. */
    List<String> loose() {
        List<String> loose = new ArrayList<>();
        for (JsonNode workload : Stream.concat(of("StatefulSet"), of("Job")).toList()) {
            JsonNode pod = workload.at("/spec/template/spec");
            for (JsonNode reference : pod.findValues("configMapRef")) {
                require(loose, "ConfigMap", names("ConfigMap"), reference.path("name"));
            }
            Set<String> secrets = names("Secret");
            secrets.addAll(OF_OTHERS);
            for (JsonNode volume : pod.path("volumes")) {
                if (volume.has("secret")) {
                    require(loose, "Secret", secrets, volume.at("/secret/secretName"));
                }
                for (JsonNode source : volume.at("/projected/sources")) {
                    require(loose, "Secret", secrets, source.at("/secret/name"));
                }
            }
            Set<String> volumes = texts(pod.path("volumes"), "/name");
            volumes.addAll(texts(workload.at("/spec/volumeClaimTemplates"), "/metadata/name"));
            for (JsonNode container : containers(pod)) {
                container.path("volumeMounts").forEach(mount -> require(loose, "volume", volumes, mount.path("name")));
                Set<String> ports = texts(container.path("ports"), "/name");
                container.findValues("httpGet").forEach(probe -> require(loose, "port", ports, probe.path("port")));
            }
        }
        JsonNode trainers = one("StatefulSet");
        JsonNode pods = trainers.at("/spec/template/metadata/labels");
        JsonNode service = one("Service");
        require(loose, "Service", names("Service"), trainers.at("/spec/serviceName"));
        requireSelects(loose, "Service", service.at("/spec/selector"), pods);
        requireSelects(loose, "StatefulSet", trainers.at("/spec/selector/matchLabels"), pods);
        trainers.at("/spec/template/spec/topologySpreadConstraints")
                .forEach(spread -> requireSelects(loose, "spread", spread.at("/labelSelector/matchLabels"), pods));
        requireSelects(loose, "PodDisruptionBudget", one("PodDisruptionBudget").at("/spec/selector/matchLabels"), pods);
        Set<String> ports = texts(trainers.at("/spec/template/spec/containers/0/ports"), "/name");
        service.at("/spec/ports").forEach(port -> require(loose, "port", ports, port.path("targetPort")));
        of("ServiceMonitor").forEach(monitor -> {
            requireSelects(
                    loose, "ServiceMonitor", monitor.at("/spec/selector/matchLabels"), service.at("/metadata/labels"));
            monitor.at("/spec/endpoints")
                    .forEach(endpoint ->
                            require(loose, "port", texts(service.at("/spec/ports"), "/name"), endpoint.path("port")));
            String label = monitor.at("/spec/jobLabel").asText();
            require(loose, "label", keys(service.at("/metadata/labels")), monitor.at("/spec/jobLabel"));
            if (!service.at("/metadata/labels").path(label).asText().equals("trainer")) {
                loose.add("the alerts and dashboards want the job trainer");
            }
        });
        return loose;
    }

    static List<JsonNode> containers(JsonNode pod) {
        return Stream.of("initContainers", "containers")
                .flatMap(each -> StreamSupport.stream(pod.path(each).spliterator(), false))
                .toList();
    }

    private Set<String> names(String kind) {
        return of(kind).map(each -> each.at("/metadata/name").asText()).collect(Collectors.toSet());
    }

    private static Set<String> texts(JsonNode array, String path) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(each -> each.at(path).asText())
                .collect(Collectors.toSet());
    }

    private static Set<String> keys(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    }

    private static void require(List<String> loose, String what, Set<String> there, JsonNode named) {
        if (named instanceof MissingNode || !there.contains(named.asText())) {
            loose.add("no " + what + " is called " + named.asText());
        }
    }

    private static void requireSelects(List<String> loose, String who, JsonNode selector, JsonNode labels) {
        if (selector.isEmpty()) {
            loose.add(who + " selects all");
        }
        selector.properties().forEach(each -> {
            if (!each.getValue().equals(labels.path(each.getKey()))) {
                loose.add(who + " selects what is labelled " + each.getKey() + "="
                        + each.getValue().asText());
            }
        });
    }
}
