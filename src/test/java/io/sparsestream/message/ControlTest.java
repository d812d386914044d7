package io.sparsestream.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlTest {
    @Test
    void hyperparametersAreTextByName() {
        assertThat(read("{\"command\": \"set\", \"hyperparameters\": {\"beta\": [1e-3, 0.5], \"rho\": \"0.05\"}} ")
                        .hyperparameters())
                .isEqualTo(Map.of("beta", "0.001/0.5", "rho", "0.05"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"command\": \"pause\"} {\"command\": \"resume\"} | not JSON: more follows behind the first value",
                "{\"command\": \"pause\", \"command\": \"resume\"} | not JSON: Duplicate",
                "{\"command\": \"set\", \"hyperparameters\": {\"rho\": 0.1, \"rho\": 0.2}} | not JSON: Duplicate",
            })
    void nothingOfWhatAPersonWroteIsDropped(String json, String reason) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(reason);
    }

    private static Control read(String json) {
        return Control.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
