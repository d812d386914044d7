package io.sparsestream.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.OuterOptimizer;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.replay.ShuffledStream;
import io.sparsestream.simulate.Simulation.Cell;
import io.sparsestream.simulate.Simulation.Result;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of the tables in docs/SCALING.md: real digits, a small model, some hundred steps. */
class SimulationTest {
    private static final Architecture ARCHITECTURE = Architecture.of(784, 40, 784);
    private static final int BATCH = 20;
    private static final int IMAGES = 60_000;
    private static final long SEED = 3;
    private static final Hyperparameters HYPERPARAMETERS =
            Hyperparameters.SPARSE.with(Map.of("batch", Integer.toString(BATCH), "averaging-window", "1000"));

    private static final Cell FOUR = new Cell(4, 10, IMAGES);

    private static Dataset train;
    private static Dataset test;

    @BeforeAll
    static void read() throws Exception {
        Dataset digits = Dataset.read(Path.of("data/mnist"), Split.TEST);
        train = part(digits, 0, 8000);
        test = part(digits, 8000, 10_000);
    }

    private static Dataset part(Dataset all, int from, int to) {
        return new Dataset(
                all.name(), all.split(), all.rows(), all.columns(), all.images().subList(from, to), new byte[0]);
    }

    @Test
    void oneReplicaIsAnOrdinaryRun() {
        Learner learner = new Autoencoder(ARCHITECTURE, HYPERPARAMETERS, new PortableProduct());
        train(learner, 0, 2000);

        Result result = run(averaging(Partitioning.KEY), new Cell(1, 10, 2000));

        assertThat(result.weightsCrc32c())
                .isEqualTo(PublishedModel.crc32c(learner.state().parameters().values()));
        assertThat(result.test()).isEqualTo(Evaluation.of(learner, test.images()));
        assertThat(result.rounds()).isZero();
        assertThat(result.updateBytes()).isZero();
    }

    /** One round of one step: θ + (δ_0 + δ_1) / 2, each δ that of a learner of its own. */
    @Test
    void aRoundIsTheAverageOfWhatEachReplicaHasLearnedAlone() {
        Learner even = new Autoencoder(ARCHITECTURE, HYPERPARAMETERS, new PortableProduct());
        Learner odd = new Autoencoder(ARCHITECTURE, HYPERPARAMETERS, new PortableProduct());
        ShuffledStream order = new ShuffledStream(train.size(), SEED);
        MiniBatch evenBatch = even.newBatch();
        MiniBatch oddBatch = odd.newBatch();
        for (int i = 0; i < BATCH; i++) {
            evenBatch.add(train.images().get(order.index(2 * i)));
            oddBatch.add(train.images().get(order.index(2 * i + 1)));
        }
        even.train(evenBatch);
        odd.train(oddBatch);
        Map<String, float[]> average = new HashMap<>();
        even.state().parameters().forEach((name, values) -> {
            float[] mean = new float[values.length];
            for (int i = 0; i < mean.length; i++) {
                mean[i] = (values[i] + odd.state().parameter(name)[i]) / 2;
            }
            average.put(name, mean);
        });
        even.state().setParameters(average);

        Result result = run(averaging(Partitioning.ROUND_ROBIN), new Cell(2, 1, 2 * BATCH));

        assertThat(result.rounds()).isEqualTo(1);
        assertThat(result.test().losses().total())
                .isCloseTo(Evaluation.of(even, test.images()).losses().total(), within(1e-7));
    }

    /** The claim of docs/SCALING.md at a small size; a quarter of the images alone, and plain averaging, fall short of it. */
    @Test
    void fourReplicasTogetherComeNearOneThatHasSeenAll() {
        double single = loss(run(nesterov(DeltaEncoding.FLOAT32), new Cell(1, 10, IMAGES)));
        double quarter = loss(run(nesterov(DeltaEncoding.FLOAT32), new Cell(1, 10, IMAGES / 4)));

        Result four = run(nesterov(DeltaEncoding.FLOAT32), FOUR);

        assertThat(loss(four)).isLessThan(1.04 * single);
        assertThat(quarter).isGreaterThan(1.06 * single);
        assertThat(loss(run(averaging(Partitioning.KEY), FOUR))).isGreaterThan(loss(four));
        assertThat(run(nesterov(DeltaEncoding.FLOAT32), FOUR)).as("once more").isEqualTo(four);
    }

    @Test
    void smallerDeltasLearnAsWell() {
        Result exact = run(nesterov(DeltaEncoding.FLOAT32), FOUR);

        Result half = run(nesterov(DeltaEncoding.FLOAT16), FOUR);
        Result quarter = run(nesterov(DeltaEncoding.INT8), FOUR);

        assertThat(loss(half)).isNotEqualTo(loss(exact)).isCloseTo(loss(exact), within(0.02 * loss(exact)));
        assertThat(loss(quarter)).isNotEqualTo(loss(exact)).isCloseTo(loss(exact), within(0.02 * loss(exact)));
        assertThat(half.updateBytes()).isEqualTo(exact.updateBytes() / 2);
        assertThat(exact.updateBytes() / (double) quarter.updateBytes()).isBetween(3.9, 4.0);
    }

    /** All but what does not fill a mini-batch, of which each replica has less than one. */
    @ParameterizedTest
    @EnumSource(Partitioning.class)
    void everyImageIsTrainedByOneReplica(Partitioning partitioning) {
        Result result = run(averaging(partitioning), new Cell(3, 7, 1000));
        assertThat(result.trained()).isBetween(1000L - 3 * (BATCH - 1), 1000L);
    }

    @Test
    void aModelThatDivergesHasNoLoss() {
        Simulation tooFast = new Simulation(
                ARCHITECTURE,
                HYPERPARAMETERS.with(Map.of("learning-rate", "1e9", "alpha", "1")),
                SEED,
                Partitioning.KEY,
                1,
                0,
                DeltaEncoding.FLOAT32);
        Result result = run(tooFast, new Cell(2, 5, 1000));
        assertThat(result.test()).isNull();
        String row = SimulationReport.of(tooFast, "mnist/test", List.of(result))
                .table()
                .toMarkdown();
        assertThat(row).contains("| diverged |");
    }

    private static void train(Learner learner, int from, int to) {
        ShuffledStream order = new ShuffledStream(train.size(), SEED);
        MiniBatch batch = learner.newBatch();
        for (int position = from; position < to; position++) {
            batch.add(train.images().get(order.index(position)));
            if (batch.isFull()) {
                learner.train(batch);
                batch.clear();
            }
        }
    }

    private static double loss(Result result) {
        return result.test().losses().total();
    }

    private static Simulation averaging(Partitioning partitioning) {
        return new Simulation(ARCHITECTURE, HYPERPARAMETERS, SEED, partitioning, 1, 0, DeltaEncoding.FLOAT32);
    }

    private static Simulation nesterov(DeltaEncoding encoding) {
        return new Simulation(
                ARCHITECTURE,
                HYPERPARAMETERS,
                SEED,
                Partitioning.KEY,
                OuterOptimizer.LEARNING_RATE,
                OuterOptimizer.MOMENTUM,
                encoding);
    }

    private static Result run(Simulation simulation, Cell cell) {
        return simulation.run(cell, train, test, PortableProduct::new, images -> {});
    }
}
