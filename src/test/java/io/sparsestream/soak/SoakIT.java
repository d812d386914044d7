package io.sparsestream.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@code scripts/soak-test}. Memory and disk take minutes until they are level, so only what is counted is
 * compared.
 */
@Timeout(300)
class SoakIT {
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("sparsestream.soak.seconds", 40));
    private static final Set<Measure> COUNTED = EnumSet.of(Measure.METERS, Measure.TOPICS, Measure.PARTITIONS);

    @TempDir
    Path directory;

    @Test
    void aPipelineThatIsDisturbedAllTheTimeGoesOnAndCollectsNothing() throws Exception {
        Plan plan = new Plan(LENGTH, 300, Duration.ofSeconds(2), 4, Duration.ofSeconds(3), Duration.ofSeconds(6), true);
        try (SoakRun run = new SoakRun(directory, plan, System.err::println)) {
            Outcome outcome = run.run();
            SoakReport.write(directory.resolve("report"), outcome);
            System.err.println(SoakReport.table(outcome).toText());

            assertThat(outcome.faults()).isEmpty();
            assertThat(outcome.restarts()).isPositive();
            assertThat(outcome.commands()).isPositive();
            List<Level> counted = outcome.levels().stream()
                    .filter(level -> COUNTED.contains(level.measure()))
                    .toList();
            assertThat(counted).extracting(Level::of).contains("broker", "replay", "replay 2", "trainer");
            assertThat(counted)
                    .flatExtracting(level -> level.violation().stream().toList())
                    .isEmpty();
            assertThat(directory.resolve("report/soak.png")).isNotEmptyFile();
        }
    }
}
