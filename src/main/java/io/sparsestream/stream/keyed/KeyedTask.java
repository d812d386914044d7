package io.sparsestream.stream.keyed;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Reason;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.Gap;
import io.sparsestream.stream.Image;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.Intake;
import io.sparsestream.stream.LogPosition;
import io.sparsestream.stream.Output;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.topic.SourceLog;
import io.sparsestream.topic.Topics;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task of many models, each with a mini-batch of its own. Exactly once:
 *
 * <ul>
 *   <li>The models used last have a learner in memory. One that has to give way is stored in the running transaction.
 *   <li>A pending image that is reconstructed before its mini-batch is full goes to the store in the same transaction: so a
 *       pending image is in the store if and only if it has been reconstructed.
 *   <li>A model is unsaved from the first image on that neither its stored state nor the store knows. Every few seconds
 *       it is saved: its pending images reconstructed and stored, its state stored. The first such image of all models is
 *       where the gap begins that a start reads again; what a model's stored state knows of it is left out.
 * </ul>
 */
final class KeyedTask {
    private static final Logger LOG = LoggerFactory.getLogger(KeyedTask.class);
    private static final int ACTIVATIONS_EVERY_STEPS = 10;

    private final ProcessorContext<byte[], byte[]> context;
    private final InputFormat input;
    private final String name; // that all models have in common
    private final String applicationId;
    private final PerKey perKey;
    private final SourceLog log;
    private final ImageFlow flow;
    private final KeyedListener listener;
    private final TopicPartition source;
    private final String topicId; // of the images topic
    private final KeyedStore store;
    private final Gap gap;
    private final Intake intake;
    private final Architecture architecture; // of every model
    private final Hyperparameters hyperparameters; // of every model
    private final MiniBatch batch; // of whichever model makes a pass
    private final Learners learners;
    private final Models models;
    private final KeyedEmission emission;
    private final Saver saver;
    private boolean busy; // an image has come since the last tick

    /**
     * Starts the task: what is stored of each model, then the gap.
     *
     * @param first a new learner
     * @param newLearner makes the others
     */
    KeyedTask(
            ProcessorContext<byte[], byte[]> context,
            TaskSettings settings,
            PerKey perKey,
            Learner first,
            Supplier<Learner> newLearner,
            SourceLog log,
            ImageFlow flow,
            KeyedListener listener) {
        this.context = context;
        this.perKey = perKey;
        this.log = log;
        this.flow = flow;
        this.listener = listener;
        input = settings.input();
        name = settings.topics().model();
        applicationId = settings.topics().applicationId();
        source = new TopicPartition(settings.images(), context.taskId().partition());
        store = new KeyedStore(context.getStateStore(Topics.MODELS_STORE), source.topic());
        gap = new Gap(name + "/" + source.partition(), settings.onGap(), source, log, listener);
        topicId = log.topicIds(Set.of(source.topic())).get(source.topic());
        architecture = first.architecture();
        hyperparameters = first.hyperparameters();
        batch = first.newBatch();
        ImageDecoder decoder = new ImageDecoder(architecture.inputs(), settings.input());
        intake = new Intake(source, log, gap, decoder, context::currentSystemTimeMs);
        learners = new Learners(first, newLearner, perKey.inMemory(), store, listener);
        models = new Models(name, hyperparameters.batch(), settings.input(), store, learners);
        Output output = new Output(context, settings, decoder, source);
        emission = new KeyedEmission(source.partition(), output, store, listener, context::currentSystemTimeMs);
        saver = new Saver(settings, models, learners, batch, store, emission, listener);
        resume();
    }

    private void resume() {
        Optional<Long> committed =
                Optional.ofNullable(log.committed(Set.of(source)).get(source));
        if (store.progress().isPresent()) {
            closeGap(store.progress().get(), committed);
        } else if (committed.isPresent()) {
            throw new ModelException("the consumer group " + applicationId + " has committed offsets of " + source
                    + " but the topic of its models is empty: restore the topic, or choose another --model name");
        }
    }

    /** Brings all models to where the last transaction was committed. */
    private void closeGap(KeyedProgress progress, Optional<Long> committed) {
        progress.requireStartedAlike(newProgress(0), name); // whatever the offset
        if (!progress.fields().isEmpty()) { // they were not kept by earlier versions
            Checkpoint.requireFields(name, progress.fields(), input);
        }
        Optional<LogPosition> known = store.position();
        if (known.isEmpty() && committed.isEmpty()) { // the position was not stored before images were counted
            throw new ModelException("the consumer group " + applicationId + " has lost its committed offset of "
                    + source + ", so what has been trained on is unknown: choose another --model name");
        }
        LogPosition from = progress.from();
        LogPosition done = known.orElseGet(() -> from.at(Math.max(from.offset(), committed.get())));
        Gap.Range range =
                gap.range(progress.topicId(), topicId, from, done, Math.max(done.offset(), committed.orElse(0L)));
        if (progress.log() == null) {
            store.put(progress.withLog(topicId));
        } else if (!range.isSameLog()) {
            store.put(progress.withLogFrom(topicId, range.to()));
            List<Long> dropped = store.dropFrom(progress.isOf(topicId) ? range.to() : 0);
            gap.drop(dropped.stream().filter(offset -> offset < from.offset()).count()); // the others are of the gap
        }
        LogPosition found = retrain(from, range, progress);
        if (known.isPresent()) {
            gap.verify(from, done, found);
        }
        LogPosition position = intake.position();
        store.put(position);
        store.put(store.progress().orElseThrow().with(saver.gapStart(position)).withBeginnings());
        if (!committed.equals(Optional.of(range.to()))) {
            flow.seek(source, range.to());
        }
        LOG.info(
                "model {} resumes on {} with models for {} keys: {} of them trained again from offset {} to {}",
                name,
                source,
                store.keys(),
                models.unsavedCount(),
                range.from(),
                range.to());
    }

    /**
     * Trains all models on the gap again, without emitting.
     *
     * @return behind the images that had been handed over when something was last emitted or stored
     */
    private LogPosition retrain(LogPosition from, Gap.Range range, KeyedProgress progress) {
        LogPosition found = intake.replay(from, range, (record, offset) -> {
            retrain(record, offset, progress.maxKeysOfGap());
            listener.onReplay(offset + 1 - range.from(), range.to() - range.from());
        });
        for (KeyedModel model : models.unsaved()) {
            while (model.mergeStored(Long.MAX_VALUE)) {
                retrain(model);
            }
        }
        models.removeSaved();
        return found;
    }

    private void retrain(Record<byte[], byte[]> record, long offset, Optional<Long> maxKeys) {
        byte[] key = modelKey(record);
        if (problem(record, key) != null) {
            return; // a dead letter already
        }
        Optional<KeyedModel> found =
                maxKeys.map(most -> models.find(key, offset, most)).orElseGet(() -> models.findAgain(key, offset));
        if (found.isEmpty()) {
            return; // a dead letter already
        }
        KeyedModel model = found.get();
        Image image = take(model, record, key);
        if (model.knows(image.origin().offset())) {
            model.setUnpublished(); // what a start had to store was not published
        }
        while (model.take(image)) {
            retrain(model);
        }
    }

    /** A model that has to leave memory is stored, but not published: sinks are not ready before the task has started. */
    private void retrain(KeyedModel model) {
        learners.of(model, evicted -> evicted.storeIn(store));
        model.fill(batch);
        model.train(batch);
        model.endBatch();
    }

    /** A record of the images topic has come, or has come once more. */
    void image(Record<byte[], byte[]> record, long offset) {
        if (!intake.isNew(offset)) {
            return;
        }
        busy = true;
        if (store.progress().isEmpty()) {
            intake.moveTo(LogPosition.beginning(offset));
            store.put(newProgress(offset)); // before the first image, so that a gap always has a beginning
        }
        intake.reach(offset);
        byte[] key = modelKey(record);
        Reason problem = problem(record, key);
        Optional<KeyedModel> model = problem == null ? models.find(key, offset, perKey.maxKeys()) : Optional.empty();
        if (model.isPresent()) {
            learn(model.get(), record, key);
        } else {
            setAside(record, offset, problem == null ? oneKeyMore() : problem);
        }
        storePosition();
    }

    private byte[] modelKey(Record<byte[], byte[]> record) {
        return perKey.key().keyOf(record.key(), record.headers());
    }

    /** Why a record is no image of any model; null if it is one. */
    private Reason problem(Record<byte[], byte[]> record, byte[] key) {
        Reason problem = intake.problem(record);
        return problem == null ? perKey.key().problem(key) : problem;
    }

    private Reason oneKeyMore() {
        return new Reason(Reason.Kind.MAX_KEYS, "one key more than --max-keys " + perKey.maxKeys());
    }

    private void setAside(Record<byte[], byte[]> record, long offset, Reason reason) {
        intake.pass();
        emission.deadLetter(record, offset, reason);
    }

    /** Takes the image that was reached, which makes its model unsaved. */
    private Image take(KeyedModel model, Record<byte[], byte[]> record, byte[] key) {
        if (!models.isUnsaved(model)) {
            models.addUnsaved(model, intake.position(), context.currentSystemTimeMs());
        }
        return intake.take(record, key);
    }

    private void learn(KeyedModel model, Record<byte[], byte[]> record, byte[] key) {
        Image image = take(model, record, key);
        while (model.take(image)) {
            train(model);
        }
        saver.limitUnsaved();
    }

    private void train(KeyedModel model) {
        Learner learner = learners.of(model, saver::saveState);
        model.fill(batch);
        long start = System.nanoTime();
        StepResult result = model.train(batch);
        long nanos = System.nanoTime() - start;
        model.emitTo(emission, result.forward(), result.step());
        if (result.step() % ACTIVATIONS_EVERY_STEPS == 0) {
            emission.activations(model.qualifiedName(), result, learner);
        }
        listener.onStep(result, learner, nanos);
        model.endBatch();
    }

    /** Several times a second. */
    void tick(long now) {
        saver.tick(now, busy);
        busy = false;
        saver.storeGapStart(intake.position());
        storePosition();
        tellModels();
    }

    /** In the transaction of whatever was emitted or stored, so that a start does nothing of it again. */
    private void storePosition() {
        if (store.needsPosition()) {
            store.put(intake.position());
        }
    }

    /** Tells the listener how many models there are. */
    void tellModels() {
        listener.onModels(source.partition(), learners.count(), store.keys());
    }

    private KeyedProgress newProgress(long nextOffset) {
        return new KeyedProgress(
                perKey.key().toString(),
                architecture.sizes(),
                hyperparameters,
                nextOffset,
                0,
                null,
                topicId,
                0,
                0,
                input.fields());
    }
}
