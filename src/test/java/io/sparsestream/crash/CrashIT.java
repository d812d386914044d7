package io.sparsestream.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form; {@code scripts/crash-test} runs the long one. */
class CrashIT {
    @TempDir
    Path directory;

    /** Little, but enough for mini-batches of which the last is not full. */
    private static final int IMAGES = 6000;

    private static final String EXACTLY_ONCE = "exactly_once_v2";

    @Test
    @Tag("long")
    void aKilledTrainerLeavesTheVeryModelOfAnUndisturbedRun() throws Exception {
        assertIsUndisturbed(plan(Scenario.TRAINER, Shape.USUAL, IMAGES, 2));
    }

    /** More images are under way than may wait in memory, and each restart finds as many. */
    @Test
    @Tag("long")
    void aTrainerOfLargeBatchesIsKilledWhileItCatchesUp() throws Exception {
        Shape shape = Shape.USUAL.withBatch(200).withLayers(Architecture.of(784, 400, 100, 400, 784));
        assertIsUndisturbed(plan(Scenario.BACKLOG, shape, 24_000, 2));
    }

    /** Products of so few numbers that an engine may treat them otherwise; and images of all times. */
    @Test
    void aTrainerOfSmallLayersAndImagesOfAllTimesOutlivesItsBroker() throws Exception {
        Shape shape = Shape.USUAL
                .withBatch(7)
                .withLayers(Architecture.of(784, 9, 2, 9, 784))
                .withTimestamps(Timestamps.MIXED);
        assertIsUndisturbed(plan(Scenario.BROKER, shape, IMAGES, 2));
    }

    /** One of two instances is killed, while the clock of both jumps; with thresholds, and units that are revived. */
    @Test
    @Tag("long")
    void anotherTakesOverWhileTheClockJumps() throws Exception {
        Shape shape = Shape.USUAL
                .withLayers(Architecture.of(784, 60, 20, 60, 784))
                .withKind(Kind.BATCHTOPK, IMAGES)
                .withClockJumps(true);
        assertIsUndisturbed(plan(Scenario.TAKEOVER, shape, IMAGES, 2));
    }

    /** It is told to set, to pause and to resume. */
    @Test
    void aTrainerIsKilledAroundChangesOfItsHyperparameters() throws Exception {
        assertIsUndisturbed(plan(Scenario.CONTROL, Shape.USUAL, IMAGES, 2));
    }

    /** One trainer of two is killed and comes back, one leaves, one joins; several replicas are in each. */
    @Test
    void whereNoRoundDependsOnAClockReplicasAreThoseOfAnUndisturbedRun() throws Exception {
        assertReplicasAreUndisturbed(plan(Scenario.SYNCHRONOUS, Scenario.SYNCHRONOUS.usual(), 15_020, 3));
    }

    /** Three brokers take their time to start, so one kill; the long form has one of a single replica, too. */
    @Test
    @Tag("long")
    void aClusterGoesOnWithoutOneOfItsBrokersAndLosesNothing() throws Exception {
        assertReplicasAreUndisturbed(plan(Scenario.SYNCHRONOUS_CLUSTER, Scenario.SYNCHRONOUS_CLUSTER.usual(), 3020, 1));
    }

    private static Plan plan(Scenario scenario, Shape shape, int images, int kills) {
        return new Plan(scenario, shape, images, kills, 5, 1, EXACTLY_ONCE);
    }

    private void assertIsUndisturbed(Plan plan) throws Exception {
        System.err.println(plan);
        try (CrashRun run = new CrashRun(directory, plan, System.err::println)) {
            CrashRun.Result result = run.run();

            assertThat(result.violations()).isEmpty();
            assertThat(result.secondsToStop()).isLessThan(10);
        }
    }

    private void assertReplicasAreUndisturbed(Plan plan) throws Exception {
        System.err.println(plan);
        try (PartitionedRun run = new PartitionedRun(directory, plan, 2, System.err::println)) {
            assertThat(run.run()).isEmpty();
        }
    }
}
