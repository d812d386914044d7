package io.sparsestream.cli;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** How to reach Kafka; any client property passes through, so SASL and TLS work. */
final class KafkaOptions {
    /** Between several properties in one default value; a control character, since their values may hold anything. */
    static final String SEPARATOR = "\u001f";

    @Option(
            names = "--bootstrap-servers",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Kafka brokers to start from.")
    private String bootstrapServers;

    @Option(
            names = {"-K", "--kafka"},
            paramLabel = "KEY=VALUE",
            split = SEPARATOR,
            hideParamSyntax = true,
            description = "Any Kafka client property, such as -K security.protocol=SSL; repeatable.")
    private Map<String, String> properties = new LinkedHashMap<>();

    /** Client properties, the bootstrap servers included. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new HashMap<>(properties);
        map.put("bootstrap.servers", bootstrapServers);
        return map;
    }
}
