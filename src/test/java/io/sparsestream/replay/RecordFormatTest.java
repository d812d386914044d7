package io.sparsestream.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.dataset.Samples;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordFormatTest {
    @Test
    void anObjectHasANumberForEachColumn() {
        Samples samples = samples("a", "b");
        RecordFormat.OBJECT.check(samples);
        assertThat(new String(RecordFormat.OBJECT.encode(samples, 1), StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":10.0,\"b\":11.0}");
    }

    @Test
    void columnsOfOneNameWouldLoseANumber() {
        assertThatThrownBy(() -> RecordFormat.OBJECT.check(samples("a", "a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("two columns of table have the same name");
        RecordFormat.JSON.check(samples("a", "a"));
    }

    private static Samples samples(String... columns) {
        return new Samples(
                "table", 2, "1x2", 2, List.of(columns), false, (sample, column) -> 10.0 * sample + column, List.of());
    }
}
