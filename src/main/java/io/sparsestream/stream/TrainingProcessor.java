package io.sparsestream.stream;

import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Activations;
import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.Header;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gather a mini-batch, decode, train, emit. Exactly once:
 *
 * <ul>
 *   <li>The weights live here. A checkpoint of them, at a batch boundary, goes to the store every few seconds.
 *   <li>Full mini-batches may be under way while the next one fills, so offsets are committed before their images are
 *       emitted. How far that has come is stored in the transaction that emits: see {@link Emission}.
 *   <li>On start the images between the checkpoint and what had been emitted are read again from the source topic, compared
 *       with those that were there the first time, and trained on, but not emitted: see {@link Gap}. The images behind them
 *       are trained on and emitted. What the broker remembers of the group's offsets only saves reading.
 *   <li>Images of an incomplete mini-batch are pending. If nothing more comes, they are reconstructed by a forward pass
 *       with the current weights, the same bits that their training step will find.
 *   <li>A control record takes effect between two steps, with a checkpoint in its transaction: it is never replayed.
 *   <li>Where the images topic has several partitions this is one of several replicas: see {@link Replica}.
 * </ul>
 */
final class TrainingProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingProcessor.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration EMIT = Duration.ofMillis(10);
    private static final int ACTIVATIONS_EVERY_STEPS = 10;
    private static final long REPLAY_REPORT_MILLIS = 2000;

    private final TrainingTopology.Settings settings;
    private final Supplier<Learner> newLearner;
    private final SourceLog log;
    private final ImageFlow flow;
    private final byte[] key; // of the control records that are meant for this model

    private TrainingListener listener;
    private ProcessorContext<byte[], byte[]> context;
    private String name; // for people
    private TopicPartition source;
    private Map<String, String> topicIds; // of the topics that it reads
    private Gap gap;
    private CheckpointStore checkpoints;
    private Learner learner;
    private Replica replica; // null where it alone learns the model
    private Hyperparameters started; // those of the learner when it was new
    private ImageDecoder decoder;
    private final ImageChecksum checksum = new ImageChecksum();
    private StepQueue steps;
    private PendingBatch pending; // the batch that fills
    private WaitingImages waiting; // images behind those of the batch that fills
    private Output output;
    private Emission emission;
    private long heard; // offset behind the last control record that was meant for this model
    private long position; // offset behind the last record that was handed over
    private long nextOffset = -1; // first image that has not been trained on, -1 before the first
    private LogPosition trained = LogPosition.beginning(0); // behind the last image that was trained on
    private long checkpointStep = -1; // step of the newest checkpoint; -1 if no checkpoint holds the present state
    private boolean changed; // whether something besides the learner has changed since the newest checkpoint
    private String pausedBy; // the control record that has told the model to pause; null while it is not paused
    private long checkpointMillis;
    private long imageMillis; // when the last image came
    private long sentNanos; // when the last update was sent

    TrainingProcessor(
            TrainingTopology.Settings settings,
            Supplier<Learner> newLearner,
            SourceLog log,
            ImageFlow flow,
            TrainingListener listener) {
        this.settings = settings;
        this.newLearner = newLearner;
        this.log = log;
        this.flow = flow;
        this.listener = listener;
        key = Header.utf8(settings.topics().model());
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        long start = System.nanoTime();
        // This thread feeds the training thread: give it precedence over other threads of the process, as the demo's
        // broker.
        Thread.currentThread().setPriority(Thread.NORM_PRIORITY);
        context = processorContext;
        int partition = context.taskId().partition();
        source = new TopicPartition(settings.images(), partition);
        name = settings.topics().model();
        KeyValueStore<String, byte[]> store = context.getStateStore(TrainingTopology.STORE);
        checkpoints = new CheckpointStore(store, settings.keep());
        // Here rather than in the constructor: Kafka Streams makes processors that it never starts.
        learner = newLearner.get();
        started = learner.hyperparameters();
        decoder = new ImageDecoder(learner.architecture().inputs());
        output = new Output(context, settings, decoder, source);
        if (settings.hasReplicas()) {
            replica = new Replica(settings, learner, partition);
            listener = listener.replica(partition);
            name += "/" + partition;
        }
        emission = new Emission(context, store, output, listener);
        gap = new Gap(name, settings.onGap(), source, log, listener);
        steps = new StepQueue(learner, settings.hasReplicas() ? 0 : settings.ahead(), name, this::afterStep);
        pending = steps.filling();
        waiting = new WaitingImages(flow, source);
        topicIds = log.topicIds(Set.of(source.topic(), told().topic()));
        resume();
        waiting.steer(isPaused());
        checkpointMillis = context.currentSystemTimeMs();
        if (gap.isPassedOver()) { // not to be found, and counted, by the next start as well
            changed = true;
            checkpointMillis -= settings.checkpointInterval().toMillis();
        }
        imageMillis = context.currentSystemTimeMs();
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::onTick);
        if (replica == null) { // a replica makes its steps on this very thread: none is ever under way
            context.schedule(EMIT, PunctuationType.WALL_CLOCK_TIME, now -> emitDone());
        }
        listener.onResume(learner, System.nanoTime() - start);
    }

    /** The other partition that it reads: what people, or the averager, tell it. */
    private TopicPartition told() {
        return replica == null
                ? new TopicPartition(Topics.CONTROL, 0)
                : new TopicPartition(settings.topics().globals(), source.partition());
    }

    /** Brings the learner to where the last transaction was committed: the checkpoint, then the gap behind it. */
    private void resume() {
        Map<TopicPartition, Long> committed = log.committed(Set.of(source, told()));
        if (checkpoints.newest().isEmpty()) {
            if (committed.containsKey(source)) {
                throw new TrainerException(
                        "the consumer group " + settings.topics().applicationId()
                                + " has committed offsets but its checkpoint topic is empty: restore the topic, "
                                + "or choose another --model name");
            }
            heard = log.end(told()); // what is there was said to an earlier model of that name
            if (replica != null) {
                replica.begin(heard);
            }
            return;
        }
        Manifest manifest = checkpoints.newest().get();
        if (replica == null) {
            checkpoints.restore(learner, Map.of());
        } else {
            replica.requireAlike(manifest.replica());
            checkpoints.restore(learner, replica.arrays());
            replica.restore(manifest.replica());
        }
        started = manifest.steering().started();
        listener.onKept(steps(manifest.steering()));
        if (manifest.steering().paused()) {
            pausedBy = Objects.requireNonNullElse(manifest.steering().pausedBy(), Topics.CONTROL);
            listener.onPause(pausedBy);
        }
        checkpointStep = manifest.step();
        nextOffset = manifest.nextOffset();
        Optional<Manifest.Log> known = Optional.ofNullable(manifest.log());
        known.ifPresent(each -> hearAgain(each, committed.containsKey(told())));
        if (nextOffset < 0) {
            return;
        }
        LogPosition from = known.map(each -> new LogPosition(nextOffset, each.images(), each.checksum()))
                .orElse(LogPosition.beginning(nextOffset));
        Emission.Stored done = emission.stored().orElse(new Emission.Stored(from, 0));
        Gap.Range range = gap.range(
                known.map(each -> each.topics().get(source.topic())),
                topicIds.get(source.topic()),
                from,
                done.done(),
                Math.max(done.handedOver(), committed.getOrDefault(source, 0L)));
        nextOffset = range.from();
        position = range.to();
        trained = from.at(range.from());
        LogPosition found = retrain(range, Optional.ofNullable(committed.get(told())));
        if (known.isPresent()) {
            gap.verify(from, done.done(), found);
        }
        emission.resume(found.at(range.done()), range.to());
        if (!Objects.equals(committed.get(source), position)) {
            flow.seek(source, position);
        }
        LOG.info(
                "model {} resumes at step {}: {} from the checkpoint, {} trained again from offset {} to {}",
                name,
                learner.state().step(),
                manifest.step(),
                learner.state().step() - manifest.step(),
                range.from(),
                range.done());
    }

    /**
     * Goes on hearing what the model is told behind what it has heard. Another topic of the same name is heard from its
     * beginning; but what a replica waits for stands on the one that was there.
     *
     * @param isRemembered whether the broker knows up to where the model has heard
     */
    private void hearAgain(Manifest.Log known, boolean isRemembered) {
        heard = known.told();
        String expected = known.topics().get(told().topic());
        String found = topicIds.get(told().topic());
        if (expected.equals(found)) {
            if (replica == null && !isRemembered) {
                flow.seek(told(), heard);
            }
        } else if (replica != null) {
            throw TrainerException.replaced(told().topic(), name, expected, found);
        } else {
            LOG.warn(
                    "topic {} was deleted and created again: model {} hears it from its beginning",
                    told().topic(),
                    name);
            heard = log.beginning(told());
            flow.seek(told(), heard);
            changed = true;
        }
    }

    /**
     * Trains on the gap again, as far as it had been emitted; the rest of what had been handed over waits to be trained on
     * and emitted.
     *
     * @param answered offset behind the answers that a replica has had, where the broker remembers it
     * @return behind the images that had been emitted
     */
    private LogPosition retrain(Gap.Range range, Optional<Long> answered) {
        if (replica == null) {
            return retrainOn(range, Collections.emptyIterator());
        }
        try (SourceLog.Records answers =
                log.records(told(), replica.nextAnswer(), answered.orElseGet(() -> log.end(told())))) {
            takeAnswer(answers);
            LogPosition found = retrainOn(range, answers);
            if (answered.isEmpty()) {
                flow.seek(told(), replica.nextAnswer());
            }
            return found;
        }
    }

    /** @param answers that a replica had, in order */
    private LogPosition retrainOn(Gap.Range range, Iterator<ConsumerRecord<byte[], byte[]>> answers) {
        long[] reported = {context.currentSystemTimeMs()};
        LogPosition[] found = {trained};
        log.read(source, range.from(), range.to(), record -> {
            if (decoder.problem(record.key(), record.value(), record.headers()) != null) {
                return; // a dead letter already
            }
            PendingBatch.Image image = image(record);
            if (record.offset() < range.done()) {
                found[0] = found[0].after(record.offset(), image.checksum());
            }
            waiting.add(image);
            // A batch that had not been emitted whole was not trained on before the last commit: it is still to come.
            while (mayTrain() && waiting.fill(pending) && pending.endOffset() <= range.done()) {
                learner.train(steps.decode(pending));
                trained(pending);
                pending.clear();
                if (replica != null && replica.isDue()) {
                    replica.send(false, (chunk, value) -> {});
                    takeAnswer(answers);
                }
                listener.onReplay(nextOffset - range.from(), range.to() - range.from());
                long now = context.currentSystemTimeMs();
                if (now - reported[0] >= REPLAY_REPORT_MILLIS) {
                    reported[0] = now;
                    LOG.info(
                            "model {} trains again on what was committed after its checkpoint: {} of {} offsets",
                            name,
                            nextOffset - range.from(),
                            range.to() - range.from());
                }
            }
        });
        return found[0];
    }

    /** Takes the answer that the replica waits for, if it had it. */
    private void takeAnswer(Iterator<ConsumerRecord<byte[], byte[]>> answers) {
        while (replica.isWaiting() && answers.hasNext()) {
            ConsumerRecord<byte[], byte[]> record = answers.next();
            changed |= replica.take(record.key(), record.value(), record.offset());
        }
    }

    private boolean isPaused() {
        return pausedBy != null;
    }

    /** Whether images may be trained on: not while the model is paused, nor while a replica waits for its answer. */
    private boolean mayTrain() {
        return !isPaused() && (replica == null || !replica.isWaiting());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        if (metadata.topic().equals(settings.images())) {
            if (metadata.offset() >= position) { // else it was handed over before the task started
                image(record, metadata.offset());
            }
        } else if (replica != null) {
            answer(record, metadata.offset());
        } else if (Arrays.equals(record.key(), key) && metadata.offset() >= heard) {
            heard = metadata.offset() + 1;
            control(record.value(), Header.source(metadata.topic(), metadata.partition(), metadata.offset()));
        }
    }

    private void image(Record<byte[], byte[]> record, long offset) {
        if (nextOffset < 0) {
            // Before the first image, so that a gap always has a beginning.
            nextOffset = offset;
            trained = trained.at(offset);
            checkpoint();
        } else {
            gap.countBetween(position, offset);
        }
        position = offset + 1;
        imageMillis = context.currentSystemTimeMs();
        String problem = decoder.problem(record.key(), record.value(), record.headers());
        if (problem != null) {
            emission.deadLetter(record, offset, problem);
            return;
        }
        waiting.add(image(record.value(), record.key(), record.headers(), record.timestamp(), offset));
        if (advance() && isCheckpointDue(context.currentSystemTimeMs())) {
            checkpoint();
        }
    }

    /** Trains on what waits, as far as it may; whether a mini-batch was full. */
    private boolean advance() {
        boolean full = false;
        while (mayTrain() && waiting.fill(pending)) {
            trainAndEmit(); // a replica may then have to wait
            full = true;
        }
        waiting.steer(isPaused());
        return full;
    }

    /**
     * Takes effect between two steps: the images that are pending have changed nothing yet, and will be trained on by the
     * new values. The checkpoint in the same transaction has these and points at the first pending image, so that a
     * restart trains the gap behind it by the same values as the first time.
     */
    private void control(byte[] value, String from) {
        advance();
        drain();
        ControlResult result =
                ControlResult.of(settings.topics().model(), learner, value, from, control -> apply(control, from));
        if (result.refused() == null) {
            checkpoint();
        }
        output.activations(Json.write(result));
        listener.onControl(result, learner);
        LOG.info(result.text());
        advance();
    }

    /** @throws IllegalArgumentException with nothing changed, saying why it cannot be done */
    private void apply(Control control, String from) {
        switch (control.command()) {
            case SET -> learner.set(learner.hyperparameters().withLive(control.hyperparameters()));
            case PAUSE -> {
                waiting.steer(true);
                pausedBy = from;
                listener.onPause(from);
            }
            case RESUME -> {
                pausedBy = null;
                listener.onContinue();
            }
            case ROLLBACK -> {
                checkpoints.restore(control.step(), learner);
                checkpointStep = -1;
            }
            case RESET -> {
                learner.reset(control.seed() == null ? learner.hyperparameters().seed() : control.seed());
                checkpointStep = -1;
            }
        }
    }

    /** A record of the replica's answer; with the last one it goes on from the new global parameters. */
    private void answer(Record<byte[], byte[]> record, long offset) {
        if (replica.take(record.key(), record.value(), offset)) {
            changed = true;
            listener.onAnswer(replica.round(), System.nanoTime() - sentNanos);
            imageMillis = context.currentSystemTimeMs(); // none could come while it waited
            advance();
        }
    }

    /** Sends what the replica has learned since its last answer; the averager sees it when it is committed. */
    private void sendUpdate(boolean noMoreImages) {
        replica.send(noMoreImages, (chunk, value) -> output.update(source.partition(), chunk, value));
        changed = true;
        sentNanos = System.nanoTime();
        context.commit();
    }

    /** Sends the full batch on its way, and emits those that are done. */
    private void trainAndEmit() {
        steps.submit();
        if (steps.isFull()) {
            emitNext();
        }
        pending = steps.filling();
        emitDone();
    }

    /** What a step leaves besides reconstructions; on the thread that makes the steps. */
    private byte[] afterStep(StepResult result, long nanos) {
        listener.onStep(result, learner, nanos);
        if (result.step() % ACTIVATIONS_EVERY_STEPS != 0) {
            return null;
        }
        Integer partition = replica == null ? null : source.partition();
        return Json.write(Activations.of(settings.topics().model(), partition, result, learner));
    }

    private void emitDone() {
        while (steps.isDone()) {
            emitNext();
        }
    }

    /** Waits for all steps that are under way: then the learner is this thread's. */
    private void drain() {
        while (!steps.isEmpty()) {
            emitNext();
        }
    }

    /** Emits what the oldest step under way has found, once it is done. */
    private void emitNext() {
        StepQueue.Step step = steps.take();
        emission.emit(step.batch(), step.forward(), step.number());
        if (step.report() != null) {
            output.activations(step.report());
        }
        trained(step.batch());
        steps.giveBack(step);
        if (replica != null && replica.isDue()) {
            sendUpdate(false);
        }
    }

    private PendingBatch.Image image(ConsumerRecord<byte[], byte[]> record) {
        long time = ImageTime.of(record, 0);
        return image(record.value(), record.key(), record.headers(), time, record.offset());
    }

    private PendingBatch.Image image(byte[] greys, byte[] imageKey, Headers headers, long timestamp, long offset) {
        return new PendingBatch.Image(
                greys,
                ImageDecoder.label(headers),
                checksum.of(offset, imageKey, greys, headers),
                new PendingBatch.Origin(imageKey, headers, timestamp, offset, context.currentSystemTimeMs()));
    }

    /** The batch is done with. */
    private void trained(PendingBatch batch) {
        trained = batch.after(trained);
        nextOffset = trained.offset();
        if (replica != null) {
            replica.trained(batch.images().size());
        }
    }

    private void onTick(long now) {
        advance(); // what a restart has left
        if (mayTrain()
                && emission.isOverdue(pending, now, settings.maxBatchWait().toMillis())) {
            drain();
            ForwardPass forward = learner.reconstruct(steps.decode(pending));
            emission.emit(pending, forward, learner.state().step());
        }
        if (replica != null && isIdle(now)) {
            // The clock decided this, so a replay could decide otherwise: checkpoint in the same transaction.
            sendUpdate(true);
            checkpoint();
        }
        if (checkpointStep >= 0 && isCheckpointDue(now)) {
            drain(); // until then the learner is not this thread's
            if (learner.state().step() > checkpointStep || changed) {
                checkpoint();
            }
        }
    }

    private boolean isCheckpointDue(long now) {
        return now - checkpointMillis >= settings.checkpointInterval().toMillis();
    }

    /**
     * Whether no image has come for so long that the other replicas need not wait for this one. Where there are more, and
     * the machine is just too busy to fetch them, it is not idle.
     */
    private boolean isIdle(long now) {
        return !settings.sync().waitsForAll()
                && nextOffset >= 0
                && !replica.isWaiting()
                && !replica.isIdle()
                && now - imageMillis >= settings.maxBatchWait().toMillis()
                && flow.isAtEnd(source);
    }

    /**
     * Stores everything, and publishes the parameters, in the transaction of the offsets: always the state at a batch
     * boundary, since pending images have changed nothing yet.
     */
    private void checkpoint() {
        drain();
        long start = System.nanoTime();
        emission.store(); // what a start has passed over is not to be found by the next one
        Checkpoint.Snapshot snapshot = new Checkpoint.Snapshot(
                settings.topics().model(),
                learner,
                nextOffset,
                new Manifest.Steering(started, isPaused(), pausedBy, List.of()),
                new Manifest.Log(topicIds, trained.images(), trained.checksum(), heard),
                replica == null ? Checkpoint.Extra.NONE : replica.checkpoint());
        Manifest.Steering steering =
                checkpoints.write(snapshot, changed || learner.state().step() != checkpointStep);
        if (replica == null) { // else the averager publishes the model
            Checkpoint.publish(snapshot.with(steering), output::parameters);
        }
        changed = false;
        checkpointStep = learner.state().step();
        checkpointMillis = context.currentSystemTimeMs();
        listener.onKept(steps(steering));
        listener.onCheckpoint(checkpointStep, System.nanoTime() - start);
    }

    private static List<Long> steps(Manifest.Steering steering) {
        return steering.kept().stream().map(Manifest.Kept::step).distinct().toList();
    }

    @Override
    public void close() {
        try {
            if (steps != null) { // null where its start failed
                steps.close();
            }
        } finally {
            listener.onEnd();
        }
    }
}
