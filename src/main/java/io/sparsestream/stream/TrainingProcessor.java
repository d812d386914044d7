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
import java.util.Deque;
import java.util.List;
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
 * Decode, gather a mini-batch, train, emit. Exactly once:
 *
 * <ul>
 *   <li>The weights live here. A checkpoint of them, at a batch boundary, goes to the store every few seconds.
 *   <li>On start the images between the checkpoint's offset and the group's committed offset are read again from the
 *       source topic and trained on, but not emitted: that happened before.
 *   <li>Images of an incomplete mini-batch are pending. If nothing more comes, they are reconstructed by a forward pass
 *       with the current weights, the same bits that their training step will find; the offset up to which that was
 *       done is stored in the same transaction.
 *   <li>A control record takes effect between two steps, with a checkpoint in its transaction: it is never replayed.
 * </ul>
 */
final class TrainingProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingProcessor.class);
    private static final String EMITTED = "emitted";
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int ACTIVATIONS_EVERY_STEPS = 10;
    private static final long REPLAY_REPORT_MILLIS = 2000;

    private final TrainingTopology.Settings settings;
    private final Supplier<Learner> newLearner;
    private final SourceLog log;
    private final ImageFlow flow;
    private final TrainingListener listener;
    private final byte[] key; // of the control records that are meant for this model

    private ProcessorContext<byte[], byte[]> context;
    private TopicPartition source;
    private KeyValueStore<String, byte[]> store;
    private CheckpointStore checkpoints;
    private Learner learner;
    private Hyperparameters started; // those of the learner when it was new
    private ImageDecoder decoder;
    private PendingBatch pending;
    private final Deque<Parked> parked = new ArrayDeque<>();
    private Output output;
    private long position = -1; // offset behind the last record that was handed over, -1 before the first
    private long nextOffset = -1; // first image that has not been trained on, -1 before the first
    private long emitted; // images below this offset have had their reconstruction
    private long checkpointStep = -1; // of the newest checkpoint, -1 where what was learned stands in none
    private boolean paused;
    private long checkpointMillis;

    /** An image that came after a pause. */
    private record Parked(byte[] image, PendingBatch.Origin origin) {}

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
        context = processorContext;
        source = new TopicPartition(settings.images(), context.taskId().partition());
        store = context.getStateStore(TrainingTopology.STORE);
        checkpoints = new CheckpointStore(store, settings.keep());
        // Here rather than in the constructor: Kafka Streams makes processors that it never starts.
        learner = newLearner.get();
        started = learner.hyperparameters();
        int pixels = learner.architecture().inputs();
        decoder = new ImageDecoder(pixels);
        pending = new PendingBatch(learner.newBatch());
        output = new Output(context, settings, pixels, source);
        flow.resume(); // unless the checkpoint says that the model is paused
        resume();
        checkpointMillis = context.currentSystemTimeMs();
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::onTick);
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
        checkpoints.restore(learner);
        started = manifest.steering().started();
        listener.onKept(steps(manifest.steering()));
        paused = manifest.steering().paused();
        if (paused) {
            flow.pause();
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
            passDeleted();
            retrain();
        }
        LOG.info(
                "model {} resumes at step {}: {} from the checkpoint, {} trained again from offset {} to {}",
                settings.topics().model(),
                learner.state().step(),
                manifest.step(),
                learner.state().step() - manifest.step(),
                manifest.nextOffset(),
                position);
    }

    /** What retention has deleted of the gap cannot be trained on again. */
    private void passDeleted() {
        long deleted = Math.min(log.beginning(source), position) - nextOffset;
        if (deleted <= 0) {
            return;
        }
        if (settings.onGap() == OnGap.FAIL) {
            throw new TrainerException("offsets " + nextOffset + " to " + (nextOffset + deleted) + " of " + source
                    + ", needed to bring model " + settings.topics().model() + " from its checkpoint to offset "
                    + position
                    + ", have been deleted by retention: raise the topic's retention and start a new --model,"
                    + " or go on without them with --on-gap=continue");
        }
        skip(deleted);
        nextOffset += deleted;
    }

    private void skip(long offsets) {
        LOG.warn(
                "model {} goes on without {} offsets of {} that retention has deleted",
                settings.topics().model(),
                offsets,
                source);
        listener.onSkip(offsets);
    }

    /** Trains on the gap again; what it emitted was committed with the offset that ends it. */
    private void retrain() {
        long from = nextOffset;
        long[] reported = {context.currentSystemTimeMs()};
        log.read(source, from, position, record -> {
            if (decoder.problem(record.key(), record.value(), record.headers()) != null) {
                return; // a dead letter already
            }
            if (paused) { // so none of the gap has been trained on: a resumption would have made a checkpoint
                parked.add(new Parked(record.value(), origin(record)));
                return;
            }
            pending.add(record.value(), origin(record));
            if (pending.isFull()) {
                learner.train(pending.images());
                trained();
                listener.onReplay(nextOffset - from, position - from);
                long now = context.currentSystemTimeMs();
                if (now - reported[0] >= REPLAY_REPORT_MILLIS) {
                    reported[0] = now;
                    LOG.info(
                            "model {} trains again on what was committed after its checkpoint: {} of {} offsets",
                            settings.topics().model(),
                            nextOffset - from,
                            position - from);
                }
            }
        });
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        if (metadata.topic().equals(settings.images())) {
            image(record, metadata.offset());
        } else if (Arrays.equals(record.key(), key)) {
            control(record.value(), Header.source(metadata.topic(), metadata.partition(), metadata.offset()));
        }
    }

    private void image(Record<byte[], byte[]> record, long offset) {
        countDeletedBefore(offset);
        position = offset + 1;
        if (nextOffset < 0) {
            // Before the first image, so that a gap always has a beginning.
            nextOffset = offset;
            checkpoint();
        }
        String problem = decoder.problem(record.key(), record.value(), record.headers());
        if (problem != null) {
            output.deadLetter(record, source, offset, problem);
            listener.onDeadLetter();
            return;
        }
        PendingBatch.Origin origin = origin(record.key(), record.headers(), record.timestamp(), offset);
        if (paused) {
            parked.add(new Parked(record.value(), origin));
            return;
        }
        pending.add(record.value(), origin);
        if (pending.isFull()) {
            trainAndEmit();
            if (context.currentSystemTimeMs() - checkpointMillis
                    >= settings.checkpointInterval().toMillis()) {
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
        Control control = null;
        String refused = null;
        try {
            control = Control.read(value);
            apply(control);
        } catch (IllegalArgumentException e) {
            refused = e.getMessage();
        }
        if (refused == null) {
            checkpoint();
        }
        ControlResult result = new ControlResult(
                settings.topics().model(),
                learner.state().step(),
                learner.state().images(),
                control,
                refused,
                learner.hyperparameters(),
                from);
        output.activations(Json.write(result));
        listener.onControl(result, learner);
        LOG.info(
                "model {} at step {}: {}",
                result.model(),
                result.step(),
                refused == null ? control.text() : "control record " + from + " refused: " + refused);
        if (!paused) {
            unpark();
        }
    }

    /** @throws IllegalArgumentException with nothing changed, saying why it cannot be done */
    private void apply(Control control) {
        switch (control.command()) {
            case SET -> learner.set(learner.hyperparameters().withLive(control.hyperparameters()));
            case PAUSE -> {
                flow.pause();
                paused = true;
            }
            case RESUME -> {
                flow.resume();
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

    /** Takes the images that came while the model was paused: those that had been fetched before, so not many. */
    private void unpark() {
        while (!parked.isEmpty()) {
            Parked next = parked.remove();
            pending.add(next.image(), next.origin());
            if (pending.isFull()) {
                trainAndEmit();
            }
        }
    }

    /**
     * Where {@link OnGap#CONTINUE} lets the consumer start anew from what retention has left. A jump alone proves
     * nothing: transactions leave markers, one offset each.
     */
    private void countDeletedBefore(long offset) {
        if (settings.onGap() == OnGap.CONTINUE && position >= 0 && offset > position + 1) {
            long deleted = Math.min(log.beginning(source), offset) - position;
            if (deleted > 0) {
                skip(deleted);
            }
        }
    }

    private void trainAndEmit() {
        long start = System.nanoTime();
        StepResult result = learner.train(pending.images());
        long nanos = System.nanoTime() - start;
        emit(result.forward(), result.step());
        if (result.step() % ACTIVATIONS_EVERY_STEPS == 0) {
            output.activations(Json.write(Activations.of(settings.topics().model(), result, learner)));
        }
        listener.onStep(result, learner, nanos);
        trained();
    }

    private PendingBatch.Origin origin(ConsumerRecord<byte[], byte[]> record) {
        return origin(record.key(), record.headers(), record.timestamp(), record.offset());
    }

    private PendingBatch.Origin origin(byte[] key, Headers headers, long timestamp, long offset) {
        return new PendingBatch.Origin(key, headers, timestamp, offset, context.currentSystemTimeMs());
    }

    /** The batch is done with. */
    private void trained() {
        nextOffset = pending.endOffset();
        pending.clear();
    }

    private void onTick(long now) {
        if (!paused && hasWaited(now)) {
            emit(learner.reconstruct(pending.images()), learner.state().step());
            store.put(EMITTED, ByteBuffer.allocate(Long.BYTES).putLong(emitted).array());
        }
        if (checkpointStep >= 0
                && learner.state().step() > checkpointStep
                && now - checkpointMillis >= settings.checkpointInterval().toMillis()) {
            checkpoint();
        }
    }

    /** Whether the first pending image that has had no reconstruction has waited for one long enough. */
    private boolean hasWaited(long now) {
        for (PendingBatch.Origin image : pending.origins()) {
            if (image.offset() >= emitted) {
                return now - image.arrived() >= settings.maxBatchWait().toMillis();
            }
        }
        return false;
    }

    /** Emits the reconstructions of the pending images that have had none. */
    private void emit(ForwardPass forward, long step) {
        byte[] stepText = Header.utf8(Long.toString(step));
        long now = context.currentSystemTimeMs();
        List<PendingBatch.Origin> images = pending.origins();
        for (int i = 0; i < images.size(); i++) {
            PendingBatch.Origin image = images.get(i);
            if (image.offset() >= emitted) {
                output.reconstruction(image, forward, i, stepText, decoder.defaultShape());
                listener.onReconstruction(now - image.timestamp());
            }
        }
        emitted = pending.endOffset();
    }

    /**
     * Stores everything, and publishes the parameters, in the transaction of the offsets: always the state at a batch
     * boundary, since pending images have changed nothing yet.
     */
    private void checkpoint() {
        long start = System.nanoTime();
        String model = settings.topics().model();
        boolean learned = learner.state().step() != checkpointStep;
        Manifest.Steering steering = checkpoints.write(model, learner, learned, nextOffset, started, paused);
        Checkpoint.write(model, learner, nextOffset, steering, false, output::parameters);
        checkpointStep = learner.state().step();
        checkpointMillis = context.currentSystemTimeMs();
        listener.onKept(steps(steering));
        listener.onCheckpoint(checkpointStep, System.nanoTime() - start);
    }

    private static List<Long> steps(Manifest.Steering steering) {
        return steering.kept().stream().map(Manifest.Kept::step).distinct().toList();
    }
}
