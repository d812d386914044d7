package io.sparsestream.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderNameTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "1, 1.0",
        "0.25, 0.25",
        "0.0123456, 0.0123456",
        "0.01234567, 0.0123457",
        "0.00000004, 0.0",
        "0.99999999, 1.0",
        "3.5, 3.5",
        "-0.00000004, 0.0",
        "-1.25, -1.25",
        "12.5, 12.5",
        "-123456.7890123, -123456.7890123",
        "100000000, 100000000.0",
        "1e20, 100000000000000000000",
        "NaN, NaN"
    })
    void decimalsAreShortAndHaveNoExponent(double value, String text) {
        assertThat(new String(HeaderName.decimal(value), StandardCharsets.UTF_8))
                .isEqualTo(text);
    }
}
