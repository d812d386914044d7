package io.sparsestream.simulate;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.DivergedException;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LearningState;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.OuterOptimizer;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.replay.ShuffledStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongToIntFunction;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Replicas of one model, each on its partition of a stream, in rounds: every replica trains K steps from the global
 * parameters, the changes are averaged, and all go on from the new global parameters. Adam's moments stay with their
 * replica. The same numbers as through Kafka in synchronous mode; where a partition has ended, the others go on alone.
 *
 * @param architecture of the model
 * @param hyperparameters of every replica; all begin with the same weights
 * @param seed of the order of images, as of a replay
 * @param partitioning which image goes to which replica
 * @param outerLearningRate η of {@link OuterOptimizer}
 * @param outerMomentum μ of {@link OuterOptimizer}
 * @param encoding of the replicas' deltas
 */
public record Simulation(
        Architecture architecture,
        Hyperparameters hyperparameters,
        long seed,
        Partitioning partitioning,
        double outerLearningRate,
        double outerMomentum,
        DeltaEncoding encoding) {
    /** @throws IllegalArgumentException naming the first value that cannot be learned with */
    public Simulation {
        hyperparameters.checkFits(architecture);
        if (hyperparameters.scale().isGiven()) {
            throw new IllegalArgumentException("scale must be none, since replicas of one model have no running scale");
        }
        OuterOptimizer.check(outerLearningRate, outerMomentum);
    }

    /**
     * One run: so many replicas and images in total.
     *
     * @param syncEvery K: steps of a replica between two rounds; with one replica there are no rounds
     */
    public record Cell(int replicas, long syncEvery, long images) {}

    /**
     * How a run has ended.
     *
     * @param trained images that the replicas have trained, all together
     * @param rounds in which changes were averaged
     * @param updateBytes of all encoded changes, without keys and headers
     * @param answerBytes of the encoded steps, sent to every replica that took part in a round
     * @param test of the global parameters; null if learning has diverged
     * @param weightsCrc32c over all parameters in order: equal weights, equal number
     */
    public record Result(
            Cell cell,
            long trained,
            long rounds,
            long updateBytes,
            long answerBytes,
            Evaluation test,
            long weightsCrc32c) {}

    /**
     * Runs one cell; the same arguments give the same bits.
     *
     * @param product a new one for each replica
     * @param listener told of images that were trained, now and then
     */
    public Result run(Cell cell, Dataset train, Dataset test, Supplier<MatrixProduct> product, LongConsumer listener) {
        List<Replica> replicas = new ArrayList<>();
        for (int p = 0; p < cell.replicas(); p++) {
            replicas.add(
                    new Replica(new Autoencoder(architecture, hyperparameters, product.get()), images(cell, p, train)));
        }
        Learner first = replicas.get(0).learner();
        Rounds rounds = new Rounds(first.state());
        try {
            boolean any;
            do {
                any = cell.replicas() == 1
                        ? trainAlone(replicas.get(0), listener)
                        : rounds.next(cell, replicas, listener);
            } while (any);
        } catch (DivergedException e) {
            return rounds.result(cell, replicas, null);
        }
        if (cell.replicas() > 1) {
            first.state().setParameters(rounds.global);
        }
        Evaluation evaluation = Evaluation.of(first, test.images());
        return rounds.result(cell, replicas, evaluation.losses().isDiverged() ? null : evaluation);
    }

    private static final int REPORT_EVERY = 100;

    private static boolean trainAlone(Replica replica, LongConsumer listener) {
        long trained = replica.train(REPORT_EVERY);
        listener.accept(trained);
        return trained > 0;
    }

    /** The images of one partition in the order of the stream. */
    private Iterator<byte[]> images(Cell cell, int partition, Dataset dataset) {
        ShuffledStream order = new ShuffledStream(dataset.size(), seed);
        LongToIntFunction partitions = partitioning.of(dataset, order, cell.replicas());
        return LongStream.range(0, cell.images())
                .filter(position -> partitions.applyAsInt(position) == partition)
                .mapToObj(position -> dataset.images().get(order.index(position)))
                .iterator();
    }

    /** The averaging side. */
    private final class Rounds {
        private final OuterOptimizer optimizer;
        private final Map<String, float[]> global = new LinkedHashMap<>();
        private final Map<String, float[]> velocity = new LinkedHashMap<>();
        private final Map<String, float[]> residual = new LinkedHashMap<>();
        private final Map<String, float[]> delta = new LinkedHashMap<>();
        private long count;
        private long updateBytes;
        private long answerBytes;

        Rounds(LearningState initial) {
            optimizer = new OuterOptimizer(initial.tensors(), outerLearningRate, outerMomentum);
            for (Tensor tensor : initial.tensors()) {
                global.put(tensor.name(), initial.parameter(tensor.name()).clone());
                velocity.put(tensor.name(), new float[tensor.size()]);
                residual.put(tensor.name(), new float[tensor.size()]);
                delta.put(tensor.name(), new float[tensor.size()]);
            }
        }

        /** One round of those replicas that still have images; false if none has. */
        boolean next(Cell cell, List<Replica> replicas, LongConsumer listener) {
            List<Replica> contributors = new ArrayList<>();
            for (Replica replica : replicas) {
                long trained = replica.train(cell.syncEvery());
                if (trained > 0) {
                    updateBytes += replica.publish(global, encoding, delta);
                    optimizer.add(delta, trained);
                    contributors.add(replica);
                    listener.accept(trained);
                }
            }
            if (contributors.isEmpty()) {
                return false;
            }
            Map<String, byte[]> step = optimizer.apply(global, velocity, residual, encoding);
            contributors.forEach(replica -> replica.learner().state().setParameters(global));
            answerBytes += contributors.size()
                    * step.values().stream().mapToLong(bytes -> bytes.length).sum();
            count++;
            return true;
        }

        Result result(Cell cell, List<Replica> replicas, Evaluation test) {
            return new Result(
                    cell,
                    replicas.stream()
                            .mapToLong(replica -> replica.learner().state().images())
                            .sum(),
                    count,
                    updateBytes,
                    answerBytes,
                    test,
                    PublishedModel.crc32c(
                            replicas.get(0).learner().state().parameters().values()));
        }
    }
}
