package io.sparsestream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    @Test
    void propertiesOfKafkaLoseTheirPrefix() {
        file.setProperty("kafka.sasl.mechanism", "PLAIN");
        assertThat(of("SPARSESTREAM_HOST", "here").kafka()).containsOnly(Map.entry("sasl.mechanism", "PLAIN"));
    }

    /** Kubernetes sets them in every pod beside services called sparsestream and sparsestream-broker. */
    @Test
    void theAddressOfAServiceIsNoPort() {
        for (OptionSpec option : ports()) {
            String variable = variable(option);
            file.setProperty(option.longestName().substring(2), "9");
            Defaults service = of(variable, "tcp://10.96.3.7:8080");
            assertThat(service.defaultValue(option)).as(variable).isEqualTo("9");
            assertThat(service.origin(option)).as(variable).contains("--config my.properties");
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

    @Test
    void everyVariableOfTheManifestsIsAnOptions() {
        List<String> given = Stream.of("base/options.env", "overlays/example/kustomization.yaml")
                .map(Path.of("deploy")::resolve)
                .flatMap(DefaultsTest::lines)
                .map(Pattern.compile("^[ -]*(SPARSESTREAM_\\w+)=")::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .toList();
        assertThat(given).hasSizeGreaterThan(8);
        assertThat(options().map(DefaultsTest::variable)).containsAll(given);
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String variable(OptionSpec option) {
        return option.longestName()
                .replaceFirst("--", "SPARSESTREAM_")
                .replace('-', '_')
                .toUpperCase(Locale.ROOT);
    }

    private static Stream<OptionSpec> options() {
        return withSubcommands(Cli.all()).flatMap(command -> command.getCommandSpec().options().stream());
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(DefaultsTest::withSubcommands));
    }
}
