package io.sparsestream.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The model against numbers found by hand. */
class ThroughputModelTest {
    private static final int NO_TREE = Integer.MAX_VALUE;
    private static final double FLOAT32 = 1_959_256; // bytes of all parameters
    private static final double NO_LIMIT = Double.POSITIVE_INFINITY;

    private final ThroughputModel model = new ThroughputModel(new Costs(0.004, 0.006, 0.1, 0.01, 30e-6));

    private static Deployment replicas(int partitions, int every, int shards, int fanIn, double cores) {
        return new Deployment(partitions, every, FLOAT32, FLOAT32, shards, fanIn, 3, 3, 1e9, cores);
    }

    @Test
    void aRoundIsItsParts() {
        ThroughputModel.Prediction found = model.predict(replicas(10, 50, 1, NO_TREE, NO_LIMIT));

        assertThat(found.steps()).isCloseTo(50 * 0.004, within(1e-9));
        assertThat(found.transactions()).isCloseTo(0.1, within(1e-9));
        assertThat(found.averaging()).isCloseTo(10 * 0.01, within(1e-9));
        // A leader sends each update to two followers and the averager; the averager sends each answer, and stores 3.9
        // MB.
        assertThat(found.network()).isCloseTo((10 * (3 * FLOAT32 + FLOAT32) + 2 * FLOAT32) / 1e9, within(1e-9));
        // 30,000 images to their replicas and, with their reconstructions, to two followers; 40 MB of updates and
        // answers
        // to whom they are for and to two followers; what is stored to two followers; by three brokers.
        assertThat(found.brokers())
                .isCloseTo((30_000 * (852 + 2 * 1755.0) + 3 * 20 * FLOAT32 + 2 * 2 * FLOAT32) / 3e9, within(1e-9));
        double round = 0.4 + 42 * FLOAT32 / 1e9;
        assertThat(found.roundSeconds()).isCloseTo(round, within(1e-9));
        assertThat(found.imagesPerSecond()).isCloseTo(30_000 / round, within(1e-6));
        assertThat(found.efficiency()).isCloseTo(0.2 / round, within(1e-9));
        assertThat(found.brokerCores()).isCloseTo(30_000 / round * 30e-6, within(1e-9));
    }

    @Test
    void onePartitionHasNoRounds() {
        ThroughputModel.Prediction found = model.predict(replicas(1, 50, 1, NO_TREE, NO_LIMIT));

        assertThat(found.imagesPerSecond()).isCloseTo(60 / 0.004, within(1e-6));
        assertThat(found.efficiency()).isCloseTo(1, within(1e-9));
    }

    @Test
    void fewCoresAreShared() {
        assertThat(model.predict(replicas(4, 50, 1, NO_TREE, 2)).steps()).isCloseTo(50 * 4 * 0.006 / 2, within(1e-9));
        assertThat(model.predict(replicas(1, 50, 1, NO_TREE, 2)).steps())
                .as("one is held up by its own thread")
                .isCloseTo(50 * 0.004, within(1e-9));
    }

    @Test
    void aTreeTakesAnotherRoundTripForEachLevelAndShardsTakeNone() {
        ThroughputModel.Prediction tree = model.predict(replicas(100, 50, 1, 10, NO_LIMIT));
        assertThat(tree.averaging()).isCloseTo(2 * 10 * 0.01, within(1e-9));
        assertThat(tree.transactions()).isCloseTo(0.2, within(1e-9));
        assertThat(model.predict(replicas(101, 50, 1, 10, NO_LIMIT)).transactions())
                .isCloseTo(0.3, within(1e-9));

        ThroughputModel.Prediction shards = model.predict(replicas(100, 50, 4, NO_TREE, NO_LIMIT));
        assertThat(shards.averaging()).isCloseTo(100 * 0.01 / 4, within(1e-9));
        assertThat(shards.transactions()).isCloseTo(0.1, within(1e-9));
    }

    @Test
    void theBrokersNetworkIsTheEndOfIt() {
        // 400 Mbit/s: 600,000 images and their reconstructions take the brokers longer than 1,000 steps.
        Deployment slow = new Deployment(10, 1000, 2e6, 2e6, 1, NO_TREE, 3, 3, 50e6, NO_LIMIT);

        ThroughputModel.Prediction found = model.predict(slow);

        assertThat(found.brokers())
                .isGreaterThan(found.steps() + found.transactions() + found.averaging() + found.network());
        assertThat(found.limit()).isEqualTo("brokers' network");
        assertThat(found.imagesPerSecond()).isCloseTo(600_000 / found.brokers(), within(1e-3));
    }

    @Test
    void costsAreFoundAgainFromWhatTheyBringAbout() {
        Costs costs = new Costs(0.004, 0.006, 0.1, 0.01, 30e-6);
        List<Calibration.Point> points = new ArrayList<>();
        for (int[] run : new int[][] {{1, 50}, {2, 50}, {2, 500}, {4, 50}, {4, 500}}) {
            double wait = run[0] > 1 ? costs.round() + run[0] * costs.gather() : 0;
            double round = run[1] * Math.max(costs.step(), run[0] * costs.stepCpu() / 2) + wait;
            double cpu = (costs.stepCpu() + wait / run[1]) / 60;
            points.add(new Calibration.Point(run[0], run[1], run[0] * run[1] * 60 / round, cpu, 30e-6, wait / round));
        }

        Costs found = Calibration.of(points);

        assertThat(found.step()).isCloseTo(costs.step(), within(1e-12));
        assertThat(found.stepCpu())
                .as("and what the rounds of two replicas, each of 500 steps, take besides")
                .isCloseTo(costs.stepCpu() + (costs.round() + 2 * costs.gather()) / 500, within(1e-12));
        assertThat(found.round()).isCloseTo(costs.round(), within(1e-9));
        assertThat(found.gather()).isCloseTo(costs.gather(), within(1e-9));
        assertThat(found.brokerCpu()).isEqualTo(30e-6);
    }

    /** What `scripts/scaling measure` found here, and the docs show: two cores for the broker and all trainers. */
    @Test
    void theModelIsWithinAThirdOfWhatWasMeasured() {
        List<Calibration.Point> measured = List.of(
                new Calibration.Point(1, 50, 26_051, 62e-6, 12e-6, 0),
                new Calibration.Point(2, 50, 16_317, 105e-6, 32e-6, 0.51),
                new Calibration.Point(2, 200, 21_517, 86e-6, 22e-6, 0.20),
                new Calibration.Point(4, 50, 13_418, 142e-6, 35e-6, 0.44),
                new Calibration.Point(4, 200, 14_900, 125e-6, 28e-6, 0.12));
        ThroughputModel calibrated = new ThroughputModel(Calibration.of(measured));

        for (Calibration.Point point : measured) {
            Deployment here =
                    new Deployment(point.partitions(), point.every(), FLOAT32, FLOAT32, 1, NO_TREE, 1, 1, 1e10, 2);
            assertThat(calibrated.predict(here).imagesPerSecond() / point.imagesPerSecond())
                    .as(point.toString())
                    .isBetween(0.75, 1.34);
        }
    }
}
