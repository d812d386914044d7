package io.sparsestream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerSettingsTest {
    private static final String TIMEOUT = "transaction.timeout.ms";

    @Test
    void transactionsOfALargeModelLastAsLongAsItsCheckpointMayTake() {
        // 100,417,584 parameters, whose checkpoint has 1,205 MB
        assertThat(kafka(Map.of(), Architecture.of(784, 64_000, 784))).containsExactly(Map.entry(TIMEOUT, "130000"));
    }

    @Test
    void transactionsOfASmallModelAreAsShortAsKafkaStreamsMakesThem() {
        assertThat(kafka(Map.of(), Architecture.DEFAULT)).isEmpty();
    }

    @Test
    void transactionsLastNoLongerThanBrokersAllow() {
        assertThat(kafka(Map.of(), Architecture.of(20_000, 20_000, 20_000))).containsEntry(TIMEOUT, "900000");
    }

    @Test
    void whatAPersonSaysOfTransactionsHolds() {
        Map<String, Object> given = Map.of(TIMEOUT, "20000");
        assertThat(kafka(given, Architecture.of(784, 64_000, 784))).isEqualTo(given);
    }

    private static Map<String, Object> kafka(Map<String, Object> given, Architecture architecture) {
        return new TrainerSettings(given, null, null, null)
                .withTimeToWrite(architecture)
                .kafka();
    }
}
