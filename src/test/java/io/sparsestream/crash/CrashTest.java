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
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CLUSTER", "SYNCHRONOUS", "ELASTIC", "SYNCHRONOUS_CLUSTER"})
    void aFewKillsLeaveTheVeryModelOfAnUndisturbedRun(Scenario scenario) throws Exception {
        int kills = scenario == Scenario.CONTROL ? 3 : 2; // it is told to set, to pause and to resume
        Plan plan = new Plan(scenario, 6000, kills, 5, 1, "exactly_once_v2");
        try (CrashRun run = new CrashRun(directory, plan, System.err::println)) {
            CrashRun.Result result = run.run();

            assertThat(result.violations()).isEmpty();
            assertThat(result.secondsToStop()).isLessThan(10);
        }
    }

    /** One trainer of two is killed and comes back, one leaves, one joins; several replicas are in each. */
    @Test
    void whereNoRoundDependsOnAClockReplicasAreThoseOfAnUndisturbedRun() throws Exception {
        assertReplicasAreUndisturbed(new Plan(Scenario.SYNCHRONOUS, 15_020, 3, 5, 1, "exactly_once_v2"));
    }

    /** Three brokers take their time to start, so one kill; the long form has one of a single replica, too. */
    @Test
    void aClusterGoesOnWithoutOneOfItsBrokersAndLosesNothing() throws Exception {
        assertReplicasAreUndisturbed(new Plan(Scenario.SYNCHRONOUS_CLUSTER, 3020, 1, 5, 1, "exactly_once_v2"));
    }

    private void assertReplicasAreUndisturbed(Plan plan) throws Exception {
        try (ReplicasRun run = new ReplicasRun(directory, plan, 2, System.err::println)) {
            assertThat(run.run()).isEmpty();
        }
    }
}
