package io.sparsestream.stream.single;

import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.OrNone;
import io.sparsestream.message.Reason;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.Gap;
import io.sparsestream.stream.Image;
import io.sparsestream.stream.Intake;
import io.sparsestream.stream.LogPosition;
import io.sparsestream.stream.PendingBatch;
import io.sparsestream.stream.TrainingListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task of one model: images become steps, steps reconstructions, now and then a checkpoint. Exactly once:
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
 * </ul>
 */
public final class ModelTask implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelTask.class);
    private static final int ACTIVATIONS_EVERY_STEPS = 10;
    private static final long REPLAY_REPORT_MILLIS = 2000;

    private final TaskParts parts;
    private final Role role;
    private final Learner learner;
    private final TrainingListener listener;
    private final Checkpoints checkpoints;
    private final Gap gap;
    private final Intake intake;
    private final Emission emission;
    private final Units units;
    private final WaitingImages waiting; // images behind those of the batch that fills
    private final StepQueue steps;
    private final Map<String, String> topicIds; // of the topics that it reads
    private PendingBatch filling;
    private boolean passedOver; // something of the gap, which no checkpoint tells yet
    private Optional<LogPosition> trained =
            Optional.empty(); // behind the last image that was; empty before the first came

    /**
     * Starts the task: checkpoint, then the gap behind it.
     *
     * @param newSteps on which thread the steps are made
     */
    public ModelTask(TaskParts parts, Role role, StepQueue.Factory newSteps) {
        this.parts = parts;
        this.role = role;
        learner = parts.learner();
        listener = parts.listener();
        checkpoints = parts.checkpoints();
        gap = new Gap(parts.name(), parts.settings().onGap(), parts.source(), parts.log(), listener);
        intake = new Intake(parts.source(), parts.log(), gap, parts.decoder(), parts::now);
        emission = new Emission(parts.context(), parts.store(), parts.output(), listener);
        units = new Units(parts);
        waiting = new WaitingImages(parts.flow(), parts.source());
        steps = newSteps.of(learner, parts.name(), this::afterStep);
        filling = steps.filling();
        topicIds =
                parts.log().topicIds(Set.of(parts.source().topic(), role.told().topic()));
        checkpoints.pace().begin(parts.now());
        try {
            resume();
        } catch (RuntimeException e) {
            steps.close();
            throw e;
        }
        waiting.steer(role.isPaused());
    }

    private void resume() {
        Map<TopicPartition, Long> committed = parts.log().committed(Set.of(parts.source(), role.told()));
        if (checkpoints.newest().isEmpty()) {
            if (committed.containsKey(parts.source())) {
                throw new ModelException("the consumer group "
                        + parts.settings().topics().applicationId()
                        + " has committed offsets but its checkpoint topic is empty: restore the topic, "
                        + "or choose another --model name");
            }
            role.begin(parts.log().initial(role.told()));
            return;
        }
        Manifest manifest = checkpoints.newest().get();
        role.restore(manifest, topicIds.get(role.told().topic()), Optional.ofNullable(committed.get(role.told())));
        listener.onKept(checkpoints.keptSteps());
        if (OrNone.read(manifest.nextOffset()).isPresent()) {
            closeGap(manifest, Optional.ofNullable(committed.get(parts.source())));
        }
    }

    /** Brings the learner from the checkpoint to where the last transaction was committed. */
    private void closeGap(Manifest manifest, Optional<Long> committed) {
        Optional<Manifest.Log> known = Optional.ofNullable(manifest.log());
        LogPosition from = known.map(each -> new LogPosition(manifest.nextOffset(), each.images(), each.checksum()))
                .orElse(LogPosition.beginning(manifest.nextOffset()));
        Emission.Stored done = emission.stored().orElse(new Emission.Stored(from, 0));
        String topic = parts.source().topic();
        Gap.Range range = gap.range(
                known.map(each -> each.topics().get(topic)),
                topicIds.get(topic),
                from,
                done.done(),
                Math.max(done.handedOver(), committed.orElse(0L)));
        trained = Optional.of(from.at(range.from()));
        LogPosition found;
        try (Role.Replay replay = role.replay()) {
            found = retrain(from, range, replay);
        }
        if (known.isPresent()) {
            gap.verify(from, done.done(), found);
        }
        emission.resume(found.at(range.done()), range.to());
        passedOver = gap.isPassedOver();
        if (passedOver) {
            role.passedOver();
            units.passedOver();
            checkpoints.pace().hurry(); // not to be found, and counted, by the next start as well
        }
        if (!committed.equals(Optional.of(range.to()))) {
            parts.flow().seek(parts.source(), range.to());
        }
        LOG.info(
                "model {} resumes at step {}: {} from the checkpoint, {} trained again from offset {} to {}",
                parts.name(),
                learner.state().step(),
                manifest.step(),
                learner.state().step() - manifest.step(),
                range.from(),
                range.done());
    }

    /**
     * Trains on the gap again, as far as it had been emitted; the rest of what had been handed over waits to be trained on
     * and emitted.
     *
     * @return behind the images that had been emitted
     */
    private LogPosition retrain(LogPosition from, Gap.Range range, Role.Replay replay) {
        long[] reported = {parts.now()};
        return intake.replay(from, range, (record, offset) -> {
            if (intake.problem(record) != null) {
                return; // a dead letter already
            }
            waiting.add(intake.take(record, record.key()));
            // A batch that had not been emitted whole was not trained on before the last commit: it is still to come.
            while (role.mayTrain() && waiting.fill(filling) && filling.endOffset() <= range.done()) {
                units.add(learner.train(steps.decode(filling)), filling.images());
                trained(filling);
                filling.clear();
                replay.trained();
                report(trained.orElseThrow().offset() - range.from(), range.to() - range.from(), reported);
            }
        });
    }

    private void report(long done, long total, long[] reported) {
        listener.onReplay(done, total);
        long now = parts.now();
        if (now - reported[0] >= REPLAY_REPORT_MILLIS) {
            reported[0] = now;
            LOG.info(
                    "model {} trains again on what was committed after its checkpoint: {} of {} offsets",
                    parts.name(),
                    done,
                    total);
        }
    }

    /** A record of the images topic has come, or has come once more. */
    public void image(Record<byte[], byte[]> record, long offset) {
        if (!intake.isNew(offset)) {
            return;
        }
        if (trained.isEmpty()) {
            // Before the first image, so that a gap always has a beginning.
            LogPosition beginning = LogPosition.beginning(offset);
            intake.moveTo(beginning);
            trained = Optional.of(beginning);
            checkpoint();
        }
        intake.reach(offset);
        Reason problem = intake.problem(record);
        if (problem != null) {
            intake.pass();
            emission.deadLetter(record, offset, problem);
            return;
        }
        waiting.add(intake.take(record, record.key()));
        if (advance() && checkpoints.pace().isDue(parts.now())) {
            checkpoint();
        }
    }

    /** Trains on what waits, as far as it may; whether a mini-batch was full. */
    public boolean advance() {
        boolean full = false;
        while (role.mayTrain() && waiting.fill(filling)) {
            submit(); // a replica may then have to wait
            full = true;
        }
        waiting.steer(role.isPaused());
        return full;
    }

    /** Sends the full batch on its way, and emits those that are done. */
    private void submit() {
        listener.onBatch();
        steps.submit();
        while (steps.isFull()) {
            emitNext();
        }
        filling = steps.filling();
        emitDone();
    }

    /** What a step leaves besides reconstructions; on the thread that makes the steps. */
    private Optional<byte[]> afterStep(StepResult result, List<Image> images, long nanos) {
        units.add(result, images);
        listener.onStep(result, learner, nanos);
        return result.step() % ACTIVATIONS_EVERY_STEPS == 0
                ? Optional.of(Json.write(role.activations(result)))
                : Optional.empty();
    }

    /** Emits what the steps that are done have found. */
    void emitDone() {
        while (steps.isDone()) {
            emitNext();
        }
    }

    /** Emits what the oldest step under way has found, once it is done. */
    private void emitNext() {
        StepQueue.Step step = steps.take();
        emission.emit(step.batch(), step.forward(), step.number());
        step.report().ifPresent(parts.output()::activations);
        trained(step.batch());
        steps.giveBack(step);
        role.emitted();
    }

    /** The batch is done with. */
    private void trained(PendingBatch batch) {
        trained = Optional.of(batch.after(trained.orElseThrow()));
        role.trained(batch.images().size());
    }

    /** Waits for all steps that are under way: then the learner is this thread's. */
    void whenIdle(Consumer<Learner> then) {
        while (!steps.isEmpty()) {
            emitNext();
        }
        then.accept(learner);
    }

    /** Several times a second. */
    public void tick(long now) {
        advance(); // what a restart has left
        if (role.mayTrain()
                && emission.isOverdue(
                        filling, now, parts.settings().maxBatchWait().toMillis())) {
            whenIdle(idle -> {
                ForwardPass forward = idle.reconstruct(steps.decode(filling));
                emission.emit(filling, forward, idle.state().step());
            });
        }
        if (checkpoints.newest().isPresent() && checkpoints.pace().isDue(now)) {
            whenIdle(idle -> {
                if (!checkpoints.isUpToDate() || role.hasChanged() || passedOver) {
                    checkpoint();
                }
            });
        }
    }

    /** Whether an image has come, now or before the task started. */
    public boolean hasBegun() {
        return trained.isPresent();
    }

    /**
     * Stores everything in the transaction of the offsets: always the state at a batch boundary, since pending images have
     * changed nothing yet.
     */
    public void checkpoint() {
        whenIdle(idle -> {
            long start = System.nanoTime();
            LogPosition at = trained.orElse(LogPosition.beginning(0));
            OptionalLong nextOffset =
                    trained.map(LogPosition::offset).map(OptionalLong::of).orElse(OptionalLong.empty());
            Checkpoint.Snapshot snapshot = role.complete(
                    Checkpoint.Snapshot.of(parts.settings().topics().model(), idle, checkpoints.steering())
                            .at(nextOffset)
                            .with(new Manifest.Log(topicIds, at.images(), at.checksum(), 0))
                            .with(parts.settings().input()));
            emission.store(); // what a start has passed over is not to be found by the next one
            role.stored(checkpoints.write(snapshot, role.hasChanged() || passedOver));
            units.publish(role.replica());
            passedOver = false;
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            checkpoints.pace().made(parts.now(), took);
            listener.onKept(checkpoints.keptSteps());
            listener.onCheckpoint(idle.state().step(), took.toNanos());
        });
    }

    @Override
    public void close() {
        steps.close();
    }
}
