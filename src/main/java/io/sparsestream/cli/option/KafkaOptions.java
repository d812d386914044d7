package io.sparsestream.cli.option;

import io.sparsestream.cli.terminal.CommandException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How to reach Kafka; any client property passes through, so SASL and TLS work. */
@About(Section.KAFKA)
public final class KafkaOptions {
    /** Where else client properties may stand: they hold beside those of the command line, which come before them. */
    @FunctionalInterface
    public interface PropertiesFile {
        Map<String, String> kafka();
    }

    static final String BOOTSTRAP_SERVERS = "--bootstrap-servers";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = BOOTSTRAP_SERVERS,
            paramLabel = "HOST:PORT",
            description = "Brokers to connect to first, such as localhost:9092 (no default).")
    private Optional<String> bootstrapServers = Optional.empty();

    @Option(
            names = {"-K", "--kafka"},
            paramLabel = "KEY=VALUE",
            hideParamSyntax = true,
            description = "Any Kafka client property, such as -K security.protocol=SSL; may be given several times"
                    + " (default: none).")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Option(
            names = "--connect-timeout",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "How long to wait until Kafka can be reached (default: ${DEFAULT-VALUE}).")
    private double connectTimeout;

    /**
     * Client properties, the bootstrap servers included.
     *
     * @throws ParameterException if there are none
     */
    public Map<String, Object> toMap() {
        if (bootstrapServers.isEmpty()) { // not declared as required: a model's file can stand in for Kafka
            throw new ParameterException(command.commandLine(), BOOTSTRAP_SERVERS + " HOST:PORT is missing");
        }
        Map<String, Object> map = new HashMap<>();
        if (command.defaultValueProvider() instanceof PropertiesFile file) {
            map.putAll(file.kafka());
        }
        map.putAll(properties);
        map.put("bootstrap.servers", bootstrapServers.get());
        return map;
    }

    /**
     * Client properties, once Kafka can be reached.
     *
     * @throws CommandException if it cannot be in time
     */
    public Map<String, Object> connect() throws InterruptedException {
        Map<String, Object> map = toMap();
        KafkaConnection.await(map, Seconds.of("--connect-timeout", connectTimeout));
        return map;
    }
}
