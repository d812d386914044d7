package io.sparsestream.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.learn.Hyperparameters;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of hyperparameters as editors and people make them. */
class ModelChoiceTest {
    @TempDir
    Path directory;

    @Test
    void aByteOrderMarkLineEndsAndBlanksAreNoPartOfAValue() throws IOException {
        Hyperparameters expected = Hyperparameters.SHARP.with(Map.of("rho", "0.05", "beta", "1e-3/2e-3"));
        assertThat(read(
                        "bom.properties",
                        "\uFEFFpreset=sharp \r\n# Größe\r\nrho : 0.05 \t\r\nbeta = 1e-3/2e-3\r\n",
                        StandardCharsets.UTF_8))
                .isEqualTo(expected);
        assertThat(read(
                        "bom.json",
                        "\uFEFF{\"preset\": \"sharp\",\r\n\"rho\": 0.05, \"beta\": [1e-3, 2e-3]}\r\n",
                        StandardCharsets.UTF_8))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a.json | {\"rho\": 0.05} {\"rho\": 0.5} | not JSON: more follows behind the first value",
                "b.json | {\"rho\": 0.05}, \"beta\": 1 | not JSON: Unexpected character (',' (code 44)",
                "c.json | {\"rho\": 0.05, \"rho\": 0.5} | not JSON: Duplicate",
                "d.json | {\"rho\": null} | rho cannot be null",
                "e.json | {\"rho\": true} | rho cannot be true",
                "f.json | {\"beta\": {\"h_e_1\": 1e-4}} | beta cannot be {",
                "g.json | {\"beta\": [1e-4, null]} | beta cannot be null",
                "h.json | {\"rho\": \"0,05\"} | rho must be a number, not '0,05': decimals have a point",
                "i.json | [1] | one JSON object is expected",
                "j.json | `` | one JSON object is expected",
                "k.properties | `rho=0.05\nrho=0.5` | rho is given twice",
                "l.properties | epsilon=1e-50 | epsilon must be 0, or from",
                "m.properties | learning-rate=1e-60 | learning-rate must be 0, or from",
                "n.properties | beta=0,001 | beta must be a number, or one for each layer like 7.5e-4/4e-2, not '0,001'",
            })
    void whatWouldBeDroppedOrMistakenIsRefused(String name, String text, String reason) {
        assertThatThrownBy(() -> read(name, text, StandardCharsets.UTF_8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cannot read " + directory.resolve(name) + ": " + reason)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({"a.json, UTF-16", "b.properties, UTF-16", "c.properties, UTF-16LE", "d.properties, ISO-8859-1"})
    void onlyUtf8IsRead(String name, String charset) {
        String text = name.endsWith(".json") ? "{\"rho\": 0.05}" : "# Größe\nrho=0.05\n";
        assertThatThrownBy(() -> read(name, text, Charset.forName(charset)))
                .hasMessage("cannot read " + directory.resolve(name) + ": it is not UTF-8 text: save it as such");
    }

    private Hyperparameters read(String name, String text, Charset charset) throws IOException {
        Path file = directory.resolve(name);
        Files.write(file, text.getBytes(charset));
        return ModelChoice.of(file.toString()).hyperparameters();
    }
}
