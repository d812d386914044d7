package io.sparsestream.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form; {@code scripts/crash-test} runs the long one. */
@Timeout(300)
class CrashTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CLUSTER")
    void threeKillsLeaveTheVeryModelOfAnUndisturbedRun(Scenario scenario) throws Exception {
        assertNothingIsLost(new Plan(scenario, 6000, 3, 5, 1, "exactly_once_v2"));
    }

    /** Three brokers take their time to start, so one kill. */
    @Test
    void aClusterGoesOnWithoutOneOfItsBrokersAndLosesNothing() throws Exception {
        assertNothingIsLost(new Plan(Scenario.CLUSTER, 3000, 1, 5, 1, "exactly_once_v2"));
    }

    private void assertNothingIsLost(Plan plan) throws Exception {
        try (CrashRun run = new CrashRun(directory, plan, System.err::println)) {
            CrashRun.Result result = run.run();

            assertThat(result.violations()).isEmpty();
            assertThat(result.secondsToStop()).isLessThan(10);
        }
    }
}
