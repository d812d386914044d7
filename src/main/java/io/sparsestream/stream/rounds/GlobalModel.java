package io.sparsestream.stream.rounds;

import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LearningState;
import io.sparsestream.learn.OuterOptimizer;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Control;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.OrNone;
import io.sparsestream.message.ReplicaKey;
import io.sparsestream.message.Update;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.Chunks;
import io.sparsestream.model.ModelException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The parameters that all replicas have in common, what their rounds have left besides, and how both are stored. */
final class GlobalModel {
    private static final String VELOCITY = "velocity.";
    private static final String RESIDUAL = "residual.";

    private final String name;
    private final Learner learner; // which never trains: the parameters, and the steps and images that they come from
    private final Replication replication;
    private final InputFormat input;
    private final Sync sync;
    private final OuterOptimizer optimizer;
    private final Map<String, float[]> velocity = new LinkedHashMap<>(); // by tensor
    private final Map<String, float[]> residual = new LinkedHashMap<>(); // what the encoding has not yet told
    private final Map<String, float[]> arrays = new LinkedHashMap<>(); // both, as the store names them
    private Hyperparameters initialHyperparameters;
    private Optional<Checkpoint.Parameters> encoded =
            Optional.empty(); // the present parameters, once they were asked for

    /**
     * What a round has changed.
     *
     * @param encoded the parameters' changes by tensor
     * @param divergence of each replica that has trained
     */
    record Step(Map<String, byte[]> encoded, Map<Integer, Double> divergence) {}

    /**
     * @param learner new
     * @param input what the replicas' records are
     */
    GlobalModel(String name, Learner learner, Replication replication, InputFormat input) {
        this.name = name;
        this.learner = learner;
        this.replication = replication;
        this.input = input;
        sync = replication.sync();
        initialHyperparameters = learner.hyperparameters();
        optimizer = new OuterOptimizer(learner.state().tensors(), sync.learningRate(), sync.momentum());
        for (Tensor tensor : learner.state().tensors()) {
            velocity.put(tensor.name(), new float[tensor.size()]);
            residual.put(tensor.name(), new float[tensor.size()]);
            arrays.put(VELOCITY + tensor.name(), velocity.get(tensor.name()));
            if (sync.isLossy()) {
                arrays.put(RESIDUAL + tensor.name(), residual.get(tensor.name()));
            }
        }
    }

    /** Not to be trained. */
    Learner learner() {
        return learner;
    }

    /** Float32. */
    Checkpoint.Parameters parameters() {
        if (encoded.isEmpty()) {
            encoded = Optional.of(Checkpoint.Parameters.of(name, learner.state()));
        }
        return encoded.get();
    }

    /** Whether a record of that key belongs to an update. */
    boolean isOfUpdate(ReplicaKey key) {
        return key.replica() < replication.partitions()
                && (key.name().equals(Checkpoint.MANIFEST) || velocity.containsKey(key.array()));
    }

    /**
     * Reads the last record of an update.
     *
     * @throws IllegalArgumentException if it is none of that replica's
     * @throws ModelException if that replica learns another model
     */
    Update update(int replica, byte[] value) {
        Update update = Json.read(value, Update.class);
        if (update.replica() != replica || update.steps() < 0 || update.images() < 0) {
            throw new IllegalArgumentException("it is no update of replica " + replica);
        }
        requireLike(update);
        if (!(update.isEmpty()
                ? update.tensors().isEmpty()
                : Manifest.Entry.areLike(update.tensors(), learner.state().tensors()))) {
            throw new IllegalArgumentException("it has other tensors than the model");
        }
        return update;
    }

    private void requireLike(Update update) {
        if (!update.architecture().equals(learner.architecture().sizes())) {
            throw new ModelException("replica " + update.replica() + " of model " + name + " has layers of "
                    + update.architecture() + " units, not "
                    + learner.architecture().sizes() + ": start all instances of a model alike");
        }
    }

    /** @throws IllegalArgumentException if the replicas cannot be told that */
    void apply(Control control) {
        if (control.command() != Control.Command.SET) {
            throw new IllegalArgumentException(
                    "a model that learns from several partitions takes only 'set', not '" + control.command() + "'");
        }
        learner.set(learner.hyperparameters().withLive(control.hyperparameters()));
    }

    /** Makes one step along the average of the changes, which are added in the order of the replicas, since sums depend on it. */
    Step average(SortedMap<Integer, OpenRound.Contribution> contributions) {
        LearningState state = learner.state();
        long steps = state.step();
        long images = state.images();
        for (OpenRound.Contribution contribution : contributions.values()) {
            Update update = contribution.update();
            optimizer.add(delta(contribution), update.images());
            steps += update.steps();
            images += update.images();
        }
        Map<Integer, Double> divergence = new TreeMap<>();
        // Decoded once more rather than kept: of hundreds of replicas that would be gigabytes.
        contributions.forEach(
                (replica, contribution) -> divergence.put(replica, optimizer.divergence(delta(contribution))));
        state.restoreCounts(steps, images);
        encoded = Optional.empty();
        return new Step(optimizer.apply(state.parameters(), velocity, residual, sync.encoding()), divergence);
    }

    private static Map<String, float[]> delta(OpenRound.Contribution contribution) {
        return Chunks.decode(contribution.update().tensors(), contribution.chunks());
    }

    /**
     * Stores everything that is not on the updates topic from the open round's first record on.
     *
     * @param log that is read
     */
    void store(OpenRound round, Manifest.Log log, BiConsumer<String, byte[]> records) {
        Manifest.Averager averager = new Manifest.Averager(
                replication.partitions(),
                round.number(),
                OrNone.write(round.position()),
                List.copyOf(round.expected()),
                sync.learningRate(),
                sync.momentum(),
                sync.encoding().toString());
        Checkpoint.storeParameters(
                snapshot().at(round.firstOffset()).with(log).with(Checkpoint.RoundArrays.of(averager, arrays)),
                records);
    }

    /** Publishes the parameters as the model. */
    void publish(BiConsumer<String, byte[]> records) {
        Checkpoint.publish(snapshot(), records);
    }

    private Checkpoint.Snapshot snapshot() {
        return Checkpoint.Snapshot.of(name, learner, parameters(), Manifest.Steering.none(initialHyperparameters))
                .with(input);
    }

    /**
     * Goes on from what was stored.
     *
     * @throws ModelException if it was started with other settings
     */
    void restore(Manifest manifest, Function<String, byte[]> records) {
        Checkpoint.requireStartedAlike(manifest, learner, input);
        Manifest.Averager averager = manifest.averager();
        if (averager.outerLearningRate() != sync.learningRate()
                || averager.outerMomentum() != sync.momentum()
                || !averager.encoding().equals(sync.encoding().toString())) {
            throw new ModelException("model " + name + " was started with --outer-learning-rate "
                    + averager.outerLearningRate() + " --outer-momentum " + averager.outerMomentum()
                    + " --update-encoding " + averager.encoding()
                    + ": start it with these, or choose another --model name");
        }
        Checkpoint.restore(manifest, learner, arrays, records);
        initialHyperparameters = manifest.steering().started();
        encoded = Optional.empty();
    }
}
