package io.sparsestream.stream.rounds;

import io.sparsestream.learn.Learner;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.OrNone;
import io.sparsestream.message.ReplicaKey;
import io.sparsestream.message.Update;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.CheckpointPace;
import io.sparsestream.stream.Hearing;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.Nodes;
import io.sparsestream.stream.Round;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.topic.SourceLog;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
    private final ForeignRecords foreign;

    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<String, byte[]> store;
    private GlobalModel global;
    private Answers answers;
    private OpenRound round;
    private Map<String, String> topicIds; // of the topics that it reads
    private Hearing hearing;
    private boolean isPublished; // the global model as it is, since the task started
    private CheckpointPace publications;

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
        foreign = new ForeignRecords(topics.model(), topics.updates());
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        store = context.getStateStore(Nodes.ROUNDS);
        global = new GlobalModel(topics.model(), newLearner.get(), replication, settings.input());
        answers = new Answers(global, sync.encoding(), (recordKey, value) -> forward(Nodes.GLOBALS, recordKey, value));
        publications = new CheckpointPace(topics.model(), settings.checkpointInterval(), global.learner());
        publications.begin(context.currentSystemTimeMs());
        topicIds = log.topicIds(Set.of(updates.topic(), Topics.CONTROL));
        hearing = new Hearing(topics.model(), log, flow);
        Map<TopicPartition, Long> remembered = log.committed(Set.of(updates, Hearing.CONTROL));
        Optional<Long> committed = Optional.ofNullable(remembered.get(updates));
        byte[] json = store.get(Checkpoint.MANIFEST);
        if (json == null) {
            begin(committed);
        } else {
            resume(Json.read(json, Manifest.class), committed, remembered.containsKey(Hearing.CONTROL));
        }
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::onTick);
        listener.onAveraging();
    }

    private void begin(Optional<Long> committed) {
        if (committed.isPresent()) {
            throw new ModelException("the consumer group " + topics.applicationId() + " has committed offsets of "
                    + updates.topic() + " but the topic of its rounds is empty:"
                    + " restore the topic, or choose another --model name");
        }
        round = new OpenRound(
                0, IntStream.range(0, replication.partitions()).boxed().toList(), OptionalLong.empty());
        hearing.begin(log.initial(Hearing.CONTROL));
    }

    private void resume(Manifest manifest, Optional<Long> committed, boolean isControlRemembered) {
        global.restore(manifest, store::get);
        Manifest.Averager averager = manifest.averager();
        OptionalLong from = OrNone.read(manifest.nextOffset());
        round = new OpenRound(averager.round(), averager.expected(), from);
        Optional<Manifest.Log> known = Optional.ofNullable(manifest.log());
        hearing.resume(known, topicIds.get(Topics.CONTROL), isControlRemembered);
        known.ifPresent(each -> requireSame(each.topics().get(updates.topic()), topicIds.get(updates.topic())));
        if (from.isPresent()) {
            readAgain(from.getAsLong(), averager.position(), committed);
        }
        LOG.info(
                "model {} resumes after round {}, {} updates of the next one are there",
                topics.model(),
                round.number(),
                round.completeUpdates());
    }

    /** Updates that are gone cannot be averaged, and whoever has sent them waits for their answer. */
    private void requireSame(String expected, String found) {
        if (!expected.equals(found)) {
            throw ModelException.replaced(updates.topic(), topics.model(), expected, found);
        }
    }

    /**
     * Reads the open round's updates again.
     *
     * @param handedOver offset behind the last record that the store knows of
     */
    private void readAgain(long from, long handedOver, Optional<Long> committed) {
        long end = Math.max(Math.max(from, handedOver), committed.orElse(0L));
        log.read(
                updates,
                from,
                end,
                record -> receive(record.key(), record.value(), record.offset())
                        .filter(Update::isEmpty) // answered when it came
                        .ifPresent(update -> round.forget(update.replica())));
        round.moveTo(end);
        if (!committed.equals(Optional.of(end))) {
            flow.seek(updates, end);
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        if (metadata.topic().equals(updates.topic())) {
            update(record, metadata.offset());
        } else if (Arrays.equals(record.key(), key) && hearing.isNew(metadata.offset())) {
            hearing.hear(metadata.offset());
            control(record.value(), HeaderName.source(metadata.topic(), metadata.partition(), metadata.offset()));
        }
    }

    private void update(Record<byte[], byte[]> record, long offset) {
        if (round.position().isEmpty()) {
            // Before the first update, so that the open round always has a beginning.
            round.moveTo(offset);
            save();
            publish();
        }
        if (offset < round.position().getAsLong()) {
            return; // it was handed over before the task started
        }
        receive(record.key(), record.value(), offset).filter(Update::isEmpty).ifPresent(this::dismiss);
        if (round.isComplete()) {
            closeRound();
        }
    }

    /**
     * Receives a record of an update; one that no replica has written is passed over.
     *
     * @return the update whose last record this is
     */
    private Optional<Update> receive(byte[] recordKey, byte[] value, long offset) {
        Optional<ReplicaKey> of =
                value == null ? Optional.empty() : ReplicaKey.read(recordKey).filter(global::isOfUpdate);
        if (of.isEmpty()) {
            return passOver(offset, "it has no value, or no key of an update");
        }
        if (!of.get().name().equals(Checkpoint.MANIFEST)) {
            round.receive(of.get(), value, offset);
            return Optional.empty();
        }
        Update update;
        try {
            update = global.update(of.get().replica(), value);
        } catch (IllegalArgumentException e) {
            return passOver(offset, e.getMessage());
        }
        round.complete(update, value.length, offset, now());
        return Optional.of(update);
    }

    private Optional<Update> passOver(long offset, String why) {
        round.moveTo(offset + 1);
        foreign.passOver(offset, why);
        return Optional.empty();
    }

    private OpenRound.Moment now() {
        return new OpenRound.Moment(context.currentSystemTimeMs(), System.nanoTime());
    }

    /** Answers a replica that has nothing to add, and waits for it no more. */
    private void dismiss(Update update) {
        round.dismiss(update.replica());
        if (update.round() == round.number()) {
            answers.sendNothing(update.replica(), round.number());
        } else {
            answers.sendParameters(Set.of(update.replica()), round.number());
        }
        save();
        context.commit();
    }

    private void onTick(long now) {
        if (!sync.waitsForAll() && round.isOverdue(now, sync.timeout())) {
            closeRound();
        }
        if (!isPublished && round.position().isPresent() && publications.isDue(now)) {
            publish();
        }
    }

    private void closeRound() {
        OpenRound.Closed closed = round.close(now());
        GlobalModel.Step step = global.average(closed.contributions());
        isPublished = false;
        if (sync.isLossy()) {
            answers.sendStep(closed.onTime(), closed.number(), step.encoded());
            answers.sendParameters(closed.late(), closed.number());
        } else { // a step is as large as the parameters
            answers.sendParameters(closed.contributions().keySet(), closed.number());
        }
        save();
        if (publications.isDue(context.currentSystemTimeMs())) {
            publish();
        }
        context.commit(); // the replicas are waiting
        if (!closed.missing().isEmpty()) {
            LOG.warn(
                    "model {}: round {} was closed without replicas {}",
                    topics.model(),
                    closed.number(),
                    closed.missing());
        }
        listener.onRound(new Round(
                closed.number(), closed.nanos(), closed.bytes(), step.divergence(), closed.late(), closed.missing()));
    }

    private void save() {
        Manifest.Log known = new Manifest.Log(topicIds, 0, 0, hearing.heard()); // its records are updates, not images
        global.store(round, known, store::put);
    }

    /** The published model is the global one. */
    private void publish() {
        long start = System.nanoTime();
        global.publish((name, value) -> forward(Nodes.PARAMETERS, HeaderName.utf8(name), value));
        isPublished = true;
        publications.made(context.currentSystemTimeMs(), Duration.ofNanos(System.nanoTime() - start));
    }

    /** Takes effect with the next answers. */
    private void control(byte[] value, String from) {
        ControlResult result = ControlResult.of(topics.model(), global.learner(), value, from, global::apply);
        if (result.refused() == null) {
            save();
        }
        forward(Nodes.CONTROL_RESULTS, key, Json.write(result));
        listener.onControl(result, global.learner());
        LOG.info(result.text());
    }

    private void forward(String sink, byte[] recordKey, byte[] value) {
        context.forward(new Record<>(recordKey, value, context.currentSystemTimeMs()), sink);
    }

    @Override
    public void close() {
        listener.onEnd();
    }
}
