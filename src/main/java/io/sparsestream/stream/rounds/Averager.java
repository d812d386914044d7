package io.sparsestream.stream.rounds;

import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LearningState;
import io.sparsestream.learn.OuterOptimizer;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Answer;
import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.ReplicaKey;
import io.sparsestream.message.Update;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.Chunks;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.Hearing;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.Nodes;
import io.sparsestream.stream.Round;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.topic.SourceLog;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the replicas' updates, makes one step of the global parameters from them, and answers each with the new ones.
 * A round closes when all expected replicas have sent theirs, or some time after the first. A replica that has missed a
 * round is not expected again until it sends an update. One that is late joins the open round.
 *
 * <p>What a round has changed is stored in the transaction of its answers, with the offset of the first record that
 * belongs to the next one. After a restart the open round's updates are read again from their topic.
 */
final class Averager implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(Averager.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final String VELOCITY = "velocity.";
    private static final String RESIDUAL = "residual.";

    private final TaskSettings settings;
    private final Replication replication;
    private final Sync sync;
    private final Topics topics;
    private final Supplier<Learner> newLearner;
    private final SourceLog log;
    private final ImageFlow flow;
    private final TrainingListener listener;
    private final TopicPartition updates;
    private final byte[] key; // of the control records that are meant for this model

    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<String, byte[]> store;
    private Learner global; // which never trains: the global parameters, and the steps and images that they come from
    private Hyperparameters started; // those of the model when it was new
    private OuterOptimizer optimizer;
    private final Map<String, float[]> velocity = new LinkedHashMap<>(); // by tensor
    private final Map<String, float[]> residual = new LinkedHashMap<>(); // what the encoding has not yet told
    private final Map<String, float[]> stored = new LinkedHashMap<>(); // the same arrays as the store names them
    private final SortedMap<Integer, Incoming> incoming = new TreeMap<>(); // by replica, in whose order they are added
    private final Set<Integer> expected = new TreeSet<>();
    private Map<String, String> topicIds; // of the topics that it reads
    private Hearing hearing;
    private long round; // rounds closed
    private long position = -1; // offset behind the last update record that was handed over, -1 before the first
    private long opened; // nanoseconds
    private long openedMillis;
    private long publishedRound = -1;
    private long publishedMillis;

    /** An update, or what has come of it so far. */
    private static final class Incoming {
        private final long offset;
        private final Map<String, byte[]> chunks = new HashMap<>();
        private long bytes;
        private Update update; // null until its manifest, the last record, has come

        Incoming(long offset) {
            this.offset = offset;
        }

        /** Whether it only says that no more images come. */
        boolean isEmpty() {
            return update != null && update.images() == 0;
        }
    }

    Averager(
            TaskSettings settings,
            Replication replication,
            Supplier<Learner> newLearner,
            SourceLog log,
            ImageFlow flow,
            TrainingListener listener) {
        this.settings = settings;
        this.replication = replication;
        this.newLearner = newLearner;
        this.log = log;
        this.flow = flow;
        this.listener = listener;
        sync = replication.sync();
        topics = settings.topics();
        updates = new TopicPartition(topics.updates(), 0);
        key = HeaderName.utf8(topics.model());
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        store = context.getStateStore(Nodes.ROUNDS);
        global = newLearner.get();
        started = global.hyperparameters();
        optimizer = new OuterOptimizer(global.state().tensors(), sync.learningRate(), sync.momentum());
        for (Tensor tensor : global.state().tensors()) {
            velocity.put(tensor.name(), new float[tensor.size()]);
            residual.put(tensor.name(), new float[tensor.size()]);
            stored.put(VELOCITY + tensor.name(), velocity.get(tensor.name()));
            if (sync.isLossy()) {
                stored.put(RESIDUAL + tensor.name(), residual.get(tensor.name()));
            }
        }
        IntStream.range(0, replication.partitions()).forEach(expected::add);
        publishedMillis = context.currentSystemTimeMs();
        topicIds = log.topicIds(Set.of(updates.topic(), Topics.CONTROL));
        hearing = new Hearing(topics.model(), log, flow);
        resume();
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::onTick);
    }

    private void resume() {
        Map<TopicPartition, Long> remembered = log.committed(Set.of(updates, Hearing.CONTROL));
        Optional<Long> committed = Optional.ofNullable(remembered.get(updates));
        byte[] json = store.get(Checkpoint.MANIFEST);
        if (json == null) {
            if (committed.isPresent()) {
                throw new ModelException("the consumer group " + topics.applicationId()
                        + " has committed offsets of " + updates.topic() + " but the topic of its rounds is empty:"
                        + " restore the topic, or choose another --model name");
            }
            hearing.begin(log.initial(Hearing.CONTROL));
            return;
        }
        Manifest manifest = Json.read(json, Manifest.class);
        Checkpoint.requireStartedAlike(manifest, global);
        Manifest.Averager averager = manifest.averager();
        if (averager.outerLearningRate() != sync.learningRate()
                || averager.outerMomentum() != sync.momentum()
                || !averager.encoding().equals(sync.encoding().toString())) {
            throw new ModelException("model " + topics.model() + " was started with --outer-learning-rate "
                    + averager.outerLearningRate() + " --outer-momentum " + averager.outerMomentum()
                    + " --update-encoding " + averager.encoding()
                    + ": start it with these, or choose another --model name");
        }
        Checkpoint.restore(manifest, global, stored, store::get);
        started = manifest.steering().started();
        round = averager.round();
        expected.clear();
        expected.addAll(averager.expected());
        position = manifest.nextOffset();
        hearing.resume(
                Optional.ofNullable(manifest.log()),
                topicIds.get(Topics.CONTROL),
                remembered.containsKey(Hearing.CONTROL));
        if (manifest.log() != null) {
            requireSame(manifest.log().topics().get(updates.topic()), topicIds.get(updates.topic()));
        }
        if (position >= 0) {
            long end = Math.max(Math.max(position, averager.position()), committed.orElse(0L));
            log.read(updates, position, end, record -> take(record.key(), record.value(), record.offset()));
            position = end;
            incoming.values().removeIf(Incoming::isEmpty); // answered when it came
            if (committed.isEmpty() || committed.get() != end) {
                flow.seek(updates, end);
            }
        }
        LOG.info(
                "model {} resumes after round {}, {} updates of the next one are there", topics.model(), round, here());
    }

    /** Updates that are gone cannot be averaged, and whoever has sent them waits for their answer. */
    private void requireSame(String expected, String found) {
        if (!expected.equals(found)) {
            throw ModelException.replaced(updates.topic(), topics.model(), expected, found);
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        if (metadata.topic().equals(updates.topic())) {
            if (metadata.offset() < position) {
                return; // it was handed over before the task started
            }
            if (position < 0) {
                // Before the first update, so that the open round always has a beginning.
                position = metadata.offset();
                store();
                publish();
            }
            Incoming from = take(record.key(), record.value(), metadata.offset());
            if (from.isEmpty()) {
                release(from.update);
            }
            if (isComplete()) {
                closeRound();
            }
        } else if (Arrays.equals(record.key(), key) && hearing.isNew(metadata.offset())) {
            hearing.hear(metadata.offset());
            control(record.value(), HeaderName.source(metadata.topic(), metadata.partition(), metadata.offset()));
        }
    }

    /** Takes a record of an update. */
    private Incoming take(byte[] recordKey, byte[] value, long offset) {
        position = offset + 1;
        Incoming from = incoming.computeIfAbsent(ReplicaKey.replica(recordKey), replica -> new Incoming(offset));
        String name = ReplicaKey.name(recordKey);
        from.bytes += value.length;
        if (!name.equals(Checkpoint.MANIFEST)) {
            from.chunks.put(name, value);
            return from;
        }
        Update update = Json.read(value, Update.class);
        if (!update.architecture().equals(global.architecture().sizes())) {
            throw new ModelException("replica " + update.replica() + " of model " + topics.model()
                    + " has layers of " + update.architecture() + " units, not "
                    + global.architecture().sizes() + ": start all instances of a model alike");
        }
        if (here() == 0 && update.images() > 0) {
            opened = System.nanoTime();
            openedMillis = context.currentSystemTimeMs();
        }
        from.update = update;
        return from;
    }

    /** Answers a replica that has nothing to add, and waits for it no more. */
    private void release(Update update) {
        Set<Integer> replica = Set.of(update.replica());
        incoming.keySet().removeAll(replica);
        expected.removeAll(replica);
        if (update.round() == round) {
            answer(replica, round, Map.of());
        } else {
            answer(replica, null, parameters());
        }
        store();
        context.commit();
    }

    /** Updates of the open round that are there. */
    private long here() {
        return incoming.values().stream().filter(from -> from.update != null).count();
    }

    private boolean isComplete() {
        return here() > 0
                && expected.stream()
                        .allMatch(replica -> incoming.containsKey(replica) && incoming.get(replica).update != null);
    }

    private void onTick(long now) {
        if (!sync.waitsForAll()
                && here() > 0
                && now - openedMillis >= sync.timeout().toMillis()) {
            closeRound();
        }
        if (round > publishedRound
                && position >= 0
                && now - publishedMillis >= settings.checkpointInterval().toMillis()) {
            publish();
        }
    }

    private void closeRound() {
        SortedMap<Integer, Incoming> contributions = new TreeMap<>();
        incoming.forEach((replica, from) -> {
            if (from.update != null) {
                contributions.put(replica, from);
            }
        });
        incoming.keySet().removeAll(contributions.keySet());
        Set<Integer> missing = new TreeSet<>(expected);
        missing.removeAll(contributions.keySet());
        Set<Integer> late = new TreeSet<>();
        contributions.forEach((replica, from) -> {
            if (from.update.round() < round) {
                late.add(replica);
            }
        });
        Map<Integer, Double> divergence = add(contributions);
        Map<String, byte[]> step = optimizer.apply(global.state().parameters(), velocity, residual, sync.encoding());
        round++;
        expected.removeAll(missing);
        contributions.forEach((replica, from) -> {
            if (from.update.idle()) {
                expected.remove(replica);
            } else {
                expected.add(replica);
            }
        });
        if (!sync.isLossy()) { // a step is as large as the parameters
            answer(contributions.keySet(), null, parameters());
        } else {
            Set<Integer> onTime = new TreeSet<>(contributions.keySet());
            onTime.removeAll(late);
            answer(onTime, round - 1, step);
            answer(late, null, parameters());
        }
        store();
        if (context.currentSystemTimeMs() - publishedMillis
                >= settings.checkpointInterval().toMillis()) {
            publish();
        }
        context.commit(); // the replicas are waiting
        if (!missing.isEmpty()) {
            LOG.warn("model {}: round {} was closed without replicas {}", topics.model(), round, missing);
        }
        long bytes =
                contributions.values().stream().mapToLong(from -> from.bytes).sum();
        listener.onRound(new Round(round, System.nanoTime() - opened, bytes, divergence, late, missing));
    }

    /** Adds the changes in the order of the replicas, since sums depend on it. */
    private Map<Integer, Double> add(SortedMap<Integer, Incoming> contributions) {
        LearningState state = global.state();
        long steps = state.step();
        long images = state.images();
        for (Incoming from : contributions.values()) {
            optimizer.add(delta(from), from.update.images());
            steps += from.update.steps();
            images += from.update.images();
        }
        state.restoreCounts(steps, images);
        Map<Integer, Double> divergence = new TreeMap<>();
        // Decoded once more rather than kept: of hundreds of replicas that would be gigabytes.
        contributions.forEach((replica, from) -> divergence.put(replica, optimizer.divergence(delta(from))));
        return divergence;
    }

    private static Map<String, float[]> delta(Incoming from) {
        return Replica.decode(from.update.tensors(), from.chunks);
    }

    private Map<String, byte[]> parameters() {
        Map<String, byte[]> parameters = new LinkedHashMap<>();
        global.state().parameters().forEach((name, values) -> parameters.put(name, Chunks.bytes(values)));
        return parameters;
    }

    /**
     * Sends each of these replicas its answer, on its own partition.
     *
     * @param base round to whose parameters the tensors are added, encoded; null where they are the parameters, float32
     * @param tensors bytes by name
     */
    private void answer(Set<Integer> replicas, Long base, Map<String, byte[]> tensors) {
        String dtype = (base == null ? DeltaEncoding.FLOAT32 : sync.encoding()).toString();
        Map<String, byte[]> records = new LinkedHashMap<>();
        List<Manifest.Entry> entries = new ArrayList<>();
        for (Tensor tensor : global.state().tensors()) {
            if (tensors.containsKey(tensor.name())) {
                entries.add(
                        Chunks.write(tensor.name(), tensor.shape(), dtype, tensors.get(tensor.name()), records::put));
            }
        }
        records.put(Checkpoint.MANIFEST, Json.write(new Answer(round, base, global.hyperparameters(), entries)));
        for (int replica : replicas) {
            records.forEach((name, value) -> forward(Nodes.GLOBALS, ReplicaKey.of(replica, name), value));
        }
    }

    /** Everything that is not on the updates topic from the open round's first record on. */
    private void store() {
        long next =
                incoming.values().stream().mapToLong(from -> from.offset).min().orElse(position);
        Manifest.Averager averager = new Manifest.Averager(
                replication.partitions(),
                round,
                position,
                List.copyOf(expected),
                sync.learningRate(),
                sync.momentum(),
                sync.encoding().toString());
        Checkpoint.storeParameters(
                new Checkpoint.Snapshot(
                        topics.model(),
                        global,
                        next,
                        Manifest.Steering.none(started),
                        new Manifest.Log(topicIds, 0, 0, hearing.heard()), // its records are updates, not images
                        new Checkpoint.Extra(null, averager, stored)),
                store::put);
    }

    /** The published model is the global one. */
    private void publish() {
        Checkpoint.publish(
                new Checkpoint.Snapshot(
                        topics.model(), global, -1, Manifest.Steering.none(started), null, Checkpoint.Extra.NONE),
                (name, value) -> forward(Nodes.PARAMETERS, HeaderName.utf8(name), value));
        publishedRound = round;
        publishedMillis = context.currentSystemTimeMs();
    }

    /** Takes effect with the next answers. */
    private void control(byte[] value, String from) {
        ControlResult result = ControlResult.of(topics.model(), global, value, from, this::apply);
        if (result.refused() == null) {
            store();
        }
        forward(Nodes.CONTROL_RESULTS, key, Json.write(result));
        listener.onControl(result, global);
        LOG.info(result.text());
    }

    private void apply(Control control) {
        if (control.command() != Control.Command.SET) {
            throw new IllegalArgumentException(
                    "a model that learns from several partitions takes only 'set', not '" + control.command() + "'");
        }
        global.set(global.hyperparameters().withLive(control.hyperparameters()));
    }

    private void forward(String sink, byte[] recordKey, byte[] value) {
        context.forward(new Record<>(recordKey, value, context.currentSystemTimeMs()), sink);
    }

    @Override
    public void close() {
        listener.onEnd();
    }
}
