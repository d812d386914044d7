package io.sparsestream.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.soak.Series.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@code scripts/soak-test}: all is disturbed and looked at, but levels take minutes, so that of these only
 * the number of topics is compared. It takes a minute, so it runs when it is asked for.
 */
@EnabledIfSystemProperty(
        named = "sparsestream.soak.seconds",
        matches = "\\d+",
        disabledReason = "-Dsparsestream.soak.seconds=20 runs it")
class SoakIT {
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("sparsestream.soak.seconds", 0));

    @TempDir
    Path directory;

    @Test
    void aPipelineThatIsDisturbedAllTheTimeGoesOn() throws Exception {
        Duration often = Duration.ofSeconds(3);
        Plan plan = new Plan(LENGTH, 300, Duration.ofSeconds(2), 4, often, often, 1, true);
        try (SoakRun run = new SoakRun(directory, plan, System.err::println)) {
            Outcome outcome = run.run();
            SoakReport.write(directory.resolve("report"), outcome);

            assertThat(outcome.faults()).isEmpty();
            assertThat(outcome.restarts()).isPositive();
            assertThat(outcome.commands()).isPositive();
            assertThat(series(outcome, Measure.HEAP))
                    .extracting(Series::of)
                    .contains("broker", "replay", "replay 2", "trainer", "replicas");
            for (Measure measure : List.of(Measure.TOPICS, Measure.PARTITIONS)) {
                assertThat(series(outcome, measure).flatMap(each -> each.samples().stream()))
                        .extracting(Sample::value)
                        .as(measure.label())
                        .containsOnly(series(outcome, measure)
                                .findFirst()
                                .orElseThrow()
                                .samples()
                                .get(0)
                                .value());
            }
            assertThat(directory.resolve("report/soak.png")).isNotEmptyFile();
        }
    }

    private static Stream<Series> series(Outcome outcome, Measure measure) {
        return outcome.series().stream().filter(each -> each.measure() == measure);
    }
}
