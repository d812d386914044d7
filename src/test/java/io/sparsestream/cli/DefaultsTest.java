package io.sparsestream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class DefaultsTest {
    private static final OptionSpec PORT =
            OptionSpec.builder("--port").type(int.class).build();

    private final Properties file = new Properties();

    private Defaults of(String variable, String value) {
        file.setProperty("port", "9");
        return new Defaults(Map.of(variable, value), file, "my.properties");
    }

    @Test
    void theEnvironmentComesBeforeTheFileAndEachIsNamed() {
        Defaults both = of("SPARSESTREAM_PORT", "8081");
        assertThat(both.defaultValue(PORT)).isEqualTo("8081");
        assertThat(both.origin(PORT)).contains("SPARSESTREAM_PORT");
        Defaults fromFile = of("SPARSESTREAM_HOST", "here");
        assertThat(fromFile.defaultValue(PORT)).isEqualTo("9");
        assertThat(fromFile.origin(PORT)).contains("--config my.properties");
        assertThat(fromFile.origin(OptionSpec.builder("--rate").build())).isEmpty();
    }

    /** Kubernetes sets them in every pod beside services called sparsestream and sparsestream-broker. */
    @Test
    void theAddressOfAServiceIsNoPort() {
        for (OptionSpec option : ports()) {
            String variable = variable(option);
            file.setProperty(option.longestName().substring(2), "7");
            assertThat(of(variable, "tcp://10.96.3.7:8080").defaultValue(option))
                    .as(variable)
                    .isEqualTo("7");
            assertThat(of(variable, "sctp://10.96.3.7:8080").origin(option))
                    .as(variable)
                    .contains("--config my.properties");
            assertThat(of(variable, "8081").defaultValue(option)).as(variable).isEqualTo("8081");
        }
    }

    private static List<OptionSpec> ports() {
        List<OptionSpec> ports = options()
                .filter(option -> option.longestName().endsWith("port"))
                .toList();
        assertThat(ports).extracting(OptionSpec::longestName).contains("--port", "--broker-port");
        return ports;
    }

    /** So what else Kubernetes sets, such as SPARSESTREAM_SERVICE_HOST, is no option's. */
    @Test
    void noOptionIsNamedAsOtherVariablesOfServices() {
        assertThat(options().map(DefaultsTest::variable))
                .contains("SPARSESTREAM_BATCH")
                .noneMatch(variable -> variable.matches(".*_SERVICE_(HOST|PORT.*)|.*_PORT_\\d+_(TCP|UDP|SCTP).*"));
    }

    private static String variable(OptionSpec option) {
        return option.longestName()
                .replaceFirst("--", "SPARSESTREAM_")
                .replace('-', '_')
                .toUpperCase(Locale.ROOT);
    }

    private static Stream<OptionSpec> options() {
        return withSubcommands(new Cli().commandLine()).flatMap(command -> command.getCommandSpec().options().stream());
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(DefaultsTest::withSubcommands));
    }
}
