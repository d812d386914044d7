package io.sparsestream.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.LayerMeasures;
import io.sparsestream.message.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TestReportTest {
    private static final TestReport REPORT =
            TestReport.of(0.01344, Map.of("h_e_1", new LayerMeasures.Summary(0.2, 29.06, 300, 2, 0.935, null, 0.8)));

    /** A contract: the names are those of the demo's summary, too. */
    @Test
    void probesAreOnlyToldWhereTheyWereMade() {
        assertThat(Json.text(REPORT))
                .isEqualTo("{\"mse\":0.01344,\"layers\":{\"h_e_1\":{\"mean\":0.2,\"l0\":29.06,\"units\":300,\"dead\":2,"
                        + "\"lifetimeSparseness\":0.935,\"populationSparseness\":null,\"classSelectivity\":0.8}}}");
        assertThat(Json.text(REPORT.withProbeErrors(Map.of("h_e_1", 0.04))))
                .endsWith("\"classSelectivity\":0.8,\"probeError\":0.04}}}");
    }

    @Test
    void theTableHasARowForEachLayerAndProbesWhereTheyWereMade() {
        Map<String, TestReport> models = new LinkedHashMap<>();
        models.put("a", REPORT);
        assertThat(TestReport.table(models).toText())
                .isEqualTo("model  test MSE  layer       active  dead  lifetime  population  class selectivity\n"
                        + "a       0.01344  h_e_1  29.1 of 300     2     0.935           –              0.800\n");

        models.put("b", REPORT.withProbeErrors(Map.of("h_e_1", 0.0412)));
        assertThat(TestReport.table(models).toText().lines().map(String::strip))
                .satisfiesExactly(
                        heading -> assertThat(heading).endsWith("class selectivity  probe error"),
                        a -> assertThat(a).endsWith("0.800            –"),
                        b -> assertThat(b).startsWith("b ").endsWith("4.12 %"));
    }
}
