package io.sparsestream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
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

    /** Kubernetes sets it in every pod beside a service called sparsestream. */
    @Test
    void theAddressOfAServiceIsNoPort() {
        assertThat(of("SPARSESTREAM_PORT", "tcp://10.96.3.7:8080").defaultValue(PORT))
                .isEqualTo("9");
    }
}
