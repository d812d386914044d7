package io.sparsestream.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;

class KafkaOptionsTest {
    @Command(name = "any")
    private static final class Any {
        @Mixin
        private KafkaOptions kafka;
    }

    /** What stands in a file, as the command line's defaults have it. */
    private record File(Map<String, String> kafka) implements IDefaultValueProvider, KafkaOptions.PropertiesFile {
        @Override
        public String defaultValue(ArgSpec argument) {
            return null;
        }
    }

    private static Map<String, Object> properties(Map<String, String> file, String... arguments) {
        Any any = new Any();
        new CommandLine(any)
                .setDefaultValueProvider(new File(file))
                .parseArgs(Stream.concat(Stream.of("--bootstrap-servers", "here:1"), Stream.of(arguments))
                        .toArray(String[]::new));
        return any.kafka.toMap();
    }

    @Test
    void theCommandLineAddsToAFilesPropertiesAndComesBeforeThem() {
        Map<String, String> file = Map.of("security.protocol", "SASL_SSL", "client.id", "file");
        assertThat(properties(file, "-K", "linger.ms=5", "-K", "client.id=line"))
                .containsOnly(
                        entry("bootstrap.servers", "here:1"),
                        entry("security.protocol", "SASL_SSL"),
                        entry("linger.ms", "5"),
                        entry("client.id", "line"));
        assertThat(properties(file)).containsEntry("security.protocol", "SASL_SSL");
    }

    @Test
    void withoutAFileThereIsWhatTheCommandLineHas() {
        assertThat(properties(Map.of(), "--kafka", "linger.ms=5"))
                .containsOnly(entry("bootstrap.servers", "here:1"), entry("linger.ms", "5"));
    }
}
