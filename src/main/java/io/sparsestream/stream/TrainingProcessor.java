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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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
 *   <li>On start the images between the checkpoint's offset and the group's committed offset are read again from the
 *       source topic and trained on, but not emitted: that happened before.
 *   <li>Full mini-batches may be under way while the next one fills, so offsets are committed before their images are
 *       emitted. The offset up to which that was done is stored in the same transaction: a restart emits the rest.
 *   <li>Images of an incomplete mini-batch are pending. If nothing more comes, they are reconstructed by a forward pass
 *       with the current weights, the same bits that their training step will find.
 *   <li>A control record takes effect between two steps, with a checkpoint in its transaction: it is never replayed.
 *   <li>Where the images topic has several partitions this is one of several replicas: see {@link Replica}.
 * </ul>
 */
final class TrainingProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingProcessor.class);
    private static final String EMITTED = "emitted";
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration EMIT = Duration.ofMillis(10);
    private static final int ACTIVATIONS_EVERY_STEPS = 10;
    private static final long REPLAY_REPORT_MILLIS = 2000;
    /** Images that are fetched while a replica waits for its answer: its next steps need not wait for them then. */
    private static final int PARKED = 4096;

    private final TrainingTopology.Settings settings;
    private final Supplier<Learner> newLearner;
    private final SourceLog log;
    private final ImageFlow flow;
    private final byte[] key; // of the control records that are meant for this model

    private TrainingListener listener;
    private ProcessorContext<byte[], byte[]> context;
    private String name; // for people
    private TopicPartition source;
    private DeletedImages deleted;
    private KeyValueStore<String, byte[]> store;
    private CheckpointStore checkpoints;
    private Learner learner;
    private Replica replica; // null where it alone learns the model
    private Hyperparameters started; // those of the learner when it was new
    private ImageDecoder decoder;
    private StepQueue steps;
    private PendingBatch pending; // the batch that fills
    /** Images that came after a pause, or while a replica waits. */
    private final Deque<PendingBatch.Image> parked = new ArrayDeque<>();

    private Output output;
    private long position = -1; // offset behind the last record that was handed over, -1 before the first
    private long nextOffset = -1; // first image that has not been trained on, -1 before the first
    private long emitted; // images below this offset have had their reconstruction
    private long checkpointStep = -1; // of the newest checkpoint, -1 where what was learned stands in none
    private boolean synced; // whether it has sent an update, or had an answer, since the newest checkpoint
    private boolean paused;
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
        // It feeds the training thread, so it comes before what else the process may do, as the demo's broker.
        Thread.currentThread().setPriority(Thread.NORM_PRIORITY);
        context = processorContext;
        int partition = context.taskId().partition();
        source = new TopicPartition(settings.images(), partition);
        name = settings.topics().model();
        store = context.getStateStore(TrainingTopology.STORE);
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
        deleted = new DeletedImages(name, settings.onGap(), source, log, listener);
        steps = new StepQueue(learner, settings.hasReplicas() ? 0 : settings.ahead(), name, this::afterStep);
        pending = steps.filling();
        flow.resume(source); // unless the checkpoint says that the model is paused
        resume();
        checkpointMillis = context.currentSystemTimeMs();
        imageMillis = checkpointMillis;
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::onTick);
        if (replica == null) { // a replica makes its steps on this very thread: none is ever under way
            context.schedule(EMIT, PunctuationType.WALL_CLOCK_TIME, now -> emitDone());
        }
        listener.onResume(learner, System.nanoTime() - start);
    }

    /** Brings the learner to where the committed offset is: the checkpoint, then the gap behind it. */
    private void resume() {
        OptionalLong committed = log.committed(source);
        if (checkpoints.newest().isEmpty()) {
            if (committed.isPresent()) {
                throw new TrainerException(
                        "the consumer group " + settings.topics().applicationId()
                                + " has committed offsets but its checkpoint topic is empty: restore the topic, "
                                + "or choose another --model name");
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
        paused = manifest.steering().paused();
        if (paused) {
            flow.pause(source);
        }
        checkpointStep = manifest.step();
        nextOffset = manifest.nextOffset();
        byte[] through = store.get(EMITTED);
        emitted = through == null ? 0 : ByteBuffer.wrap(through).getLong();
        if (nextOffset >= 0) {
            position = committed.orElseThrow(() -> new TrainerException("the consumer group "
                    + settings.topics().applicationId()
                    + " has lost its committed offset, so what has been trained on is "
                    + "unknown: choose another --model name"));
            nextOffset = deleted.passOverGap(nextOffset, position);
            retrain();
        }
        LOG.info(
                "model {} resumes at step {}: {} from the checkpoint, {} trained again from offset {} to {}",
                name,
                learner.state().step(),
                manifest.step(),
                learner.state().step() - manifest.step(),
                manifest.nextOffset(),
                position);
    }

    /**
     * Trains on the gap again, as far as it had been emitted when the offset that ends it was committed; the rest, if
     * any, waits to be trained on and emitted.
     */
    private void retrain() {
        if (replica == null) {
            retrain(Collections.emptyIterator());
            return;
        }
        TopicPartition globals = new TopicPartition(settings.topics().globals(), source.partition());
        long end = log.committed(globals).orElse(0);
        try (SourceLog.Records answers = log.records(globals, replica.nextAnswer(), end)) {
            takeAnswer(answers);
            retrain(answers);
        }
    }

    /** @param answers that a replica had, in order */
    private void retrain(Iterator<ConsumerRecord<byte[], byte[]>> answers) {
        long from = nextOffset;
        long[] reported = {context.currentSystemTimeMs()};
        log.read(source, from, position, record -> {
            if (decoder.problem(record.key(), record.value(), record.headers()) != null) {
                return; // a dead letter already
            }
            if (isHeld()) { // none of the rest of the gap has been trained on: what released it is not committed
                park(image(record));
                return;
            }
            pending.add(image(record));
            if (pending.isFull() && pending.endOffset() <= emitted) {
                learner.train(steps.decode(pending));
                trained(pending);
                pending.clear();
                if (replica != null && replica.isDue()) {
                    replica.send(false, (chunk, value) -> {});
                    takeAnswer(answers);
                }
                listener.onReplay(nextOffset - from, position - from);
                long now = context.currentSystemTimeMs();
                if (now - reported[0] >= REPLAY_REPORT_MILLIS) {
                    reported[0] = now;
                    LOG.info(
                            "model {} trains again on what was committed after its checkpoint: {} of {} offsets",
                            name,
                            nextOffset - from,
                            position - from);
                }
            }
        });
    }

    /** Takes the answer that the replica waits for, if it had it. */
    private void takeAnswer(Iterator<ConsumerRecord<byte[], byte[]>> answers) {
        while (replica.isWaiting() && answers.hasNext()) {
            ConsumerRecord<byte[], byte[]> record = answers.next();
            synced |= replica.take(record.key(), record.value(), record.offset());
        }
    }

    /**
     * Whether images wait: until the model is told to resume, until the replica's answer has come, or, after a restart,
     * until a full batch that had not been emitted is on its way.
     */
    private boolean isHeld() {
        return paused || replica != null && replica.isWaiting() || pending.isFull();
    }

    private void park(PendingBatch.Image image) {
        parked.add(image);
        if (parked.size() >= PARKED && !paused) {
            flow.pause(source);
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        if (metadata.topic().equals(settings.images())) {
            image(record, metadata.offset());
        } else if (replica != null) {
            answer(record, metadata.offset());
        } else if (Arrays.equals(record.key(), key)) {
            control(record.value(), Header.source(metadata.topic(), metadata.partition(), metadata.offset()));
        }
    }

    private void image(Record<byte[], byte[]> record, long offset) {
        deleted.countBetween(position, offset);
        position = offset + 1;
        imageMillis = context.currentSystemTimeMs();
        if (nextOffset < 0) {
            // Before the first image, so that a gap always has a beginning.
            nextOffset = offset;
            checkpoint();
        }
        String problem = decoder.problem(record.key(), record.value(), record.headers());
        if (problem != null) {
            output.deadLetter(record, source, offset, problem);
            listener.onDeadLetter(problem);
            return;
        }
        PendingBatch.Image image = image(record.value(), record.key(), record.headers(), record.timestamp(), offset);
        unpark(); // what a restart has left
        if (isHeld()) {
            park(image);
            return;
        }
        pending.add(image);
        if (pending.isFull()) {
            trainAndEmit();
            if (isCheckpointDue(context.currentSystemTimeMs())) {
                checkpoint();
            }
        }
    }

    /**
     * Takes effect between two steps: the images that are pending have changed nothing yet, and will be trained on by the
     * new values. The checkpoint in the same transaction has these and points at the first pending image, so that a
     * restart trains the gap behind it by the same values as the first time.
     */
    private void control(byte[] value, String from) {
        unpark();
        drain();
        ControlResult result = ControlResult.of(settings.topics().model(), learner, value, from, this::apply);
        if (result.refused() == null) {
            checkpoint();
        }
        output.activations(Json.write(result));
        listener.onControl(result, learner);
        LOG.info(result.text());
        unpark();
    }

    /** @throws IllegalArgumentException with nothing changed, saying why it cannot be done */
    private void apply(Control control) {
        switch (control.command()) {
            case SET -> learner.set(learner.hyperparameters().withLive(control.hyperparameters()));
            case PAUSE -> {
                flow.pause(source);
                paused = true;
            }
            case RESUME -> {
                flow.resume(source);
                paused = false;
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
            synced = true;
            listener.onAnswer(replica.round(), System.nanoTime() - sentNanos);
            imageMillis = context.currentSystemTimeMs(); // none could come while it waited
            unpark();
            if (parked.size() < PARKED) {
                flow.resume(source);
            }
        }
    }

    /** Sends what the replica has learned since its last answer; the averager sees it when it is committed. */
    private void sendUpdate(boolean noMoreImages) {
        replica.send(noMoreImages, (chunk, value) -> output.update(source.partition(), chunk, value));
        synced = true;
        sentNanos = System.nanoTime();
        context.commit();
    }

    /** Takes the images that have waited, unless they still have to: those that had been fetched, so not many. */
    private void unpark() {
        if (pending.isFull() && !paused) {
            trainAndEmit();
        }
        while (!parked.isEmpty() && !isHeld()) {
            pending.add(parked.remove());
            if (pending.isFull()) {
                trainAndEmit();
            }
        }
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
        emit(step.batch(), step.forward(), step.number());
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
        return image(record.value(), record.key(), record.headers(), record.timestamp(), record.offset());
    }

    private PendingBatch.Image image(byte[] greys, byte[] key, Headers headers, long timestamp, long offset) {
        return new PendingBatch.Image(
                greys,
                ImageDecoder.label(headers),
                new PendingBatch.Origin(key, headers, timestamp, offset, context.currentSystemTimeMs()));
    }

    /** The batch is done with. */
    private void trained(PendingBatch batch) {
        nextOffset = batch.endOffset();
        if (replica != null) {
            replica.trained(batch.images().size());
        }
    }

    private void onTick(long now) {
        unpark(); // what a restart has left
        if (!isHeld() && hasWaited(now)) {
            drain();
            ForwardPass forward = learner.reconstruct(steps.decode(pending));
            emit(pending, forward, learner.state().step());
        }
        if (replica != null && isIdle(now)) {
            // Decided by the clock, so never to be decided again: hence the checkpoint in the same transaction.
            sendUpdate(true);
            checkpoint();
        }
        if (checkpointStep >= 0 && isCheckpointDue(now)) {
            drain(); // until then the learner is not this thread's
            if (learner.state().step() > checkpointStep || synced) {
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

    /** Whether the first pending image that has had no reconstruction has waited for one long enough. */
    private boolean hasWaited(long now) {
        for (PendingBatch.Image image : pending.images()) {
            if (image.origin().offset() >= emitted) {
                return now - image.origin().arrived() >= settings.maxBatchWait().toMillis();
            }
        }
        return false;
    }

    /** Emits the reconstructions of the batch's images that have had none. */
    private void emit(PendingBatch batch, ForwardPass forward, long step) {
        long now = context.currentSystemTimeMs();
        List<PendingBatch.Image> images = batch.images();
        for (int i = 0; i < images.size(); i++) {
            PendingBatch.Origin origin = images.get(i).origin();
            if (origin.offset() >= emitted) {
                output.reconstruction(origin, forward, i, step, null);
                listener.onReconstruction(now - origin.timestamp());
            }
        }
        emitted = batch.endOffset();
        store.put(EMITTED, ByteBuffer.allocate(Long.BYTES).putLong(emitted).array());
    }

    /**
     * Stores everything, and publishes the parameters, in the transaction of the offsets: always the state at a batch
     * boundary, since pending images have changed nothing yet.
     */
    private void checkpoint() {
        drain();
        long start = System.nanoTime();
        String model = settings.topics().model();
        boolean learned = synced || learner.state().step() != checkpointStep;
        Checkpoint.Extra extra = replica == null ? Checkpoint.Extra.NONE : replica.checkpoint();
        Manifest.Steering steering = checkpoints.write(model, learner, learned, nextOffset, started, paused, extra);
        if (replica == null) { // else the averager publishes the model
            Checkpoint.write(model, learner, nextOffset, steering, false, Checkpoint.Extra.NONE, output::parameters);
        }
        synced = false;
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
        if (steps != null) { // null where its start failed
            steps.close();
        }
        listener.onEnd();
    }
}
