package io.sparsestream.stream.single;

import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Activations;
import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.stream.Hearing;
import io.sparsestream.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The task alone learns the model: it is steered by people, can be paused, and publishes the parameters. */
final class Solo implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(Solo.class);

    private final TaskParts parts;
    private final Hearing hearing;
    private Optional<String> pausedBy = Optional.empty(); // the control record that has told it to pause

    Solo(TaskParts parts) {
        this.parts = parts;
        hearing = new Hearing(parts.name(), parts.log(), parts.flow());
    }

    @Override
    public TopicPartition told() {
        return Hearing.CONTROL;
    }

    @Override
    public void begin(long initial) {
        hearing.begin(initial);
    }

    @Override
    public void restore(Manifest manifest, String topicId, Optional<Long> heard) {
        parts.checkpoints().restore(Map.of());
        if (manifest.steering().paused()) {
            pausedBy =
                    Optional.of(Objects.requireNonNullElse(manifest.steering().pausedBy(), Topics.CONTROL));
            parts.listener().onPause(pausedBy.get());
        }
        hearing.resume(Optional.ofNullable(manifest.log()), topicId, heard.isPresent());
    }

    @Override
    public Replay replay() {
        return new Replay() {
            @Override
            public void trained() {}

            @Override
            public void close() {}
        };
    }

    @Override
    public void passedOver() {}

    /** Whether a control record is heard for the first time. */
    boolean isNew(long offset) {
        return hearing.isNew(offset);
    }

    /**
     * Does what a control record says, while no step is under way.
     *
     * @return what became of it
     */
    ControlResult hear(byte[] value, long offset) {
        hearing.hear(offset);
        String from = HeaderName.source(Topics.CONTROL, Hearing.CONTROL.partition(), offset);
        return ControlResult.of(
                parts.settings().topics().model(), parts.learner(), value, from, told -> apply(told, from));
    }

    /** @throws IllegalArgumentException with nothing changed, saying why it cannot be done */
    private void apply(Control told, String from) {
        switch (told.command()) {
            case SET -> parts.learner().set(parts.learner().hyperparameters().withLive(told.hyperparameters()));
            case PAUSE -> {
                if (!parts.flow().canPause()) {
                    throw new IllegalArgumentException("pausing needs group.protocol=classic");
                }
                pausedBy = Optional.of(from);
                parts.listener().onPause(from);
            }
            case RESUME -> {
                pausedBy = Optional.empty();
                parts.listener().onContinue();
            }
            case ROLLBACK -> parts.checkpoints().rollBack(told.step());
            case RESET ->
                parts.checkpoints()
                        .reset(
                                told.seed() == null
                                        ? parts.learner().hyperparameters().seed()
                                        : told.seed());
        }
    }

    /** Tells what became of a control record. */
    void tell(ControlResult result) {
        parts.output().activations(Json.write(result));
        parts.listener().onControl(result, parts.learner());
        LOG.info(result.text());
    }

    @Override
    public boolean mayTrain() {
        return pausedBy.isEmpty();
    }

    @Override
    public boolean isPaused() {
        return pausedBy.isPresent();
    }

    @Override
    public void trained(int images) {}

    @Override
    public void emitted() {}

    @Override
    public Activations activations(StepResult result) {
        return Activations.of(parts.settings().topics().model(), null, result, parts.learner());
    }

    @Override
    public Optional<Integer> replica() {
        return Optional.empty();
    }

    @Override
    public boolean hasChanged() {
        return hearing.hasChanged();
    }

    @Override
    public Checkpoint.Snapshot complete(Checkpoint.Snapshot snapshot) {
        Manifest.Steering started = snapshot.steering();
        return snapshot.with(new Manifest.Steering(started.started(), isPaused(), pausedBy.orElse(null), List.of()))
                .with(snapshot.log().orElseThrow().withTold(hearing.heard()));
    }

    @Override
    public void stored(Checkpoint.Snapshot snapshot) {
        hearing.stored();
        Checkpoint.publish(snapshot, parts.output()::parameters);
    }
}
