package io.sparsestream.cli;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** How to reach Kafka; any client property passes through, so SASL and TLS work. */
final class KafkaOptions {
    @Option(
            names = "--bootstrap-servers",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Kafka brokers to start from.")
    private String bootstrapServers;

    @Option(
            names = {"-K", "--kafka"},
            paramLabel = "KEY=VALUE",
            description = "Any Kafka client property, such as -K security.protocol=SSL; repeatable.")
    private final Map<String, String> properties = new LinkedHashMap<>();

    /** Client properties, the bootstrap servers included. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new HashMap<>(properties);
        map.put("bootstrap.servers", bootstrapServers);
        return map;
    }
}
