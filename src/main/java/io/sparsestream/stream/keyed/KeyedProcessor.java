package io.sparsestream.stream.keyed;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.DivergedException;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LearningState;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Activations;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.Json;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.Gap;
import io.sparsestream.stream.Image;
import io.sparsestream.stream.ImageChecksum;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.ImageTime;
import io.sparsestream.stream.LogPosition;
import io.sparsestream.stream.Output;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.SourceLog;
import io.sparsestream.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model for each key, each with a mini-batch of its own. Exactly once:
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
final class KeyedProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(KeyedProcessor.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int ACTIVATIONS_EVERY_STEPS = 10;

    /**
     * While images arrive, spend at most this share of a tick on reconstructing and saving. A mini-batch that fills in the
     * meantime loads its model only once.
     */
    private static final Duration MOST_OF_TICK = TICK.dividedBy(2);

    /** Models saved in a tick: a thousand that are due together must not hold up the transaction until it expires. */
    private static final int MOST_SAVES = 8;

    /** Models whose pending images are in memory alone, whether or not they have a learner there. */
    static final int MOST_UNSAVED = 1000;

    private final TaskSettings settings;
    private final PerKey perKey;
    private final Supplier<Learner> newLearner;
    private final SourceLog log;
    private final ImageFlow flow;
    private final ImageChecksum checksum = new ImageChecksum();
    private final KeyedListener listener;
    private final String name;

    private ProcessorContext<byte[], byte[]> context;
    private TopicPartition source;
    private String topicId; // of the images topic
    private KeyedStore store;
    private ImageDecoder decoder;
    private Output output;
    private Gap gap;
    private Architecture architecture; // of every model
    private Hyperparameters hyperparameters; // of every model
    private MiniBatch batch; // of whichever model makes a pass
    private Learner spare; // the first learner, until a model needs it; null then
    private LearningState initial; // of every model
    /** Those with a learner, the one used last at the end. */
    private final Map<String, KeyedModel> inMemory = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<String, KeyedModel> unsaved = new LinkedHashMap<>(); // by the offset from which on
    private KeyedStore.Progress progress; // as stored; null before the first image
    private long keys; // models that there are, in the store or not
    private long maxKeys;
    private LogPosition position = LogPosition.beginning(0); // behind the last record that was handed over
    private boolean acted; // something was emitted or stored since the position was stored
    private boolean busy; // an image has come since the last tick
    private boolean replaying; // a gap, so nothing is emitted

    KeyedProcessor(
            TaskSettings settings,
            PerKey perKey,
            Supplier<Learner> newLearner,
            SourceLog log,
            ImageFlow flow,
            KeyedListener listener) {
        this.settings = settings;
        this.perKey = perKey;
        this.newLearner = newLearner;
        this.log = log;
        this.flow = flow;
        this.listener = listener;
        name = settings.topics().model();
        maxKeys = perKey.maxKeys();
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        long start = System.nanoTime();
        context = processorContext;
        source = new TopicPartition(settings.images(), context.taskId().partition());
        store = new KeyedStore(context.getStateStore(Topics.MODELS_STORE), name, source.topic());
        Learner first = newLearner.get();
        decoder = new ImageDecoder(first.architecture().inputs());
        output = new Output(context, settings, decoder, source);
        gap = new Gap(name + "/" + source.partition(), settings.onGap(), source, log, listener);
        topicId = log.topicIds(Set.of(source.topic())).get(source.topic());
        architecture = first.architecture();
        hyperparameters = first.hyperparameters();
        batch = first.newBatch();
        spare = first;
        initial = new LearningState(architecture, hyperparameters.seed());
        initial.copyFrom(first.state());
        resume();
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::onTick);
        listener.onModels(source.partition(), inMemory.size(), keys);
        listener.onResume(first, System.nanoTime() - start);
    }

    /** Brings all models to where the committed offset is: what is stored of each, then the gap. */
    private void resume() {
        Optional<Long> committed =
                Optional.ofNullable(log.committed(Set.of(source)).get(source));
        Optional<KeyedStore.Progress> stored = store.progress();
        if (stored.isEmpty()) {
            if (committed.isPresent()) {
                throw new ModelException("the consumer group "
                        + settings.topics().applicationId() + " has committed offsets of " + source
                        + " but the topic of its models is empty: restore the topic, or choose another --model name");
            }
            return;
        }
        progress = stored.get();
        progress.requireStartedAlike(progress(0), name); // whatever the offset
        keys = progress.keys();
        Optional<LogPosition> known = store.position();
        if (known.isEmpty() && committed.isEmpty()) { // the position was not stored before images were counted
            throw new ModelException("the consumer group "
                    + settings.topics().applicationId() + " has lost its committed offset of " + source
                    + ", so what has been trained on is unknown: choose another --model name");
        }
        LogPosition from = progress.from();
        LogPosition done = known.orElseGet(() -> from.at(Math.max(from.offset(), committed.get())));
        Gap.Range range =
                gap.range(progress.topicId(), topicId, from, done, Math.max(done.offset(), committed.orElse(0L)));
        if (progress.log() == null) {
            progress = progress.withLog(topicId);
        } else if (!range.isSameLog()) {
            progress = progress.withLog(topicId + "@" + range.to());
            KeyedStore.Dropped dropped = store.dropImages();
            keys -= dropped.keys();
            progress = progress.withKeys(keys);
            gap.drop(dropped.images());
        }
        LogPosition found = retrain(range);
        if (known.isPresent()) {
            gap.verify(from, done, found);
        }
        position = position.at(range.to());
        put(progress.with(gapStart()).withMaxKeys(perKey.maxKeys()));
        maxKeys = perKey.maxKeys();
        store.put(position);
        if (committed.isEmpty() || committed.get() != range.to()) {
            flow.seek(source, range.to());
        }
        LOG.info(
                "model {} resumes on {} with models for {} keys: {} of them trained again from offset {} to {}",
                name,
                source,
                keys,
                unsaved.size(),
                range.from(),
                range.to());
    }

    /**
     * Trains all models on the gap again, without emitting.
     *
     * @return behind the images that had been handed over when something was last emitted or stored
     */
    private LogPosition retrain(Gap.Range range) {
        maxKeys = progress.maxKeys(); // as the first time
        replaying = true;
        position = progress.from().at(range.from());
        LogPosition[] done = {position};
        log.read(source, range.from(), range.to(), record -> {
            retrain(record);
            if (record.offset() < range.done()) {
                done[0] = position;
            }
            listener.onReplay(record.offset() + 1 - range.from(), range.to() - range.from());
        });
        unsaved.values().forEach(model -> place(model, Long.MAX_VALUE));
        replaying = false;
        unsaved.values().removeIf(KeyedModel::isSaved);
        return done[0];
    }

    /** What it emitted was committed before. */
    private void retrain(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = perKey.key().in(record.key(), record.headers());
        if (problem(record.key(), record.value(), record.headers(), key) != null) {
            return; // a dead letter already
        }
        KeyedModel model = model(key);
        if (model == null) {
            return; // a dead letter already
        }
        setUnsaved(model, record.offset());
        position = position.after(record.offset(), checksum.of(record.offset(), key, record.value(), record.headers()));
        if (record.offset() < model.nextOffset()) {
            model.setUnpublished(); // the stored state knows it; it was not published if a start had to store it
        } else if (place(model, record.offset()) != record.offset()) {
            long time = ImageTime.of(record, 0);
            add(model, image(record.key(), record.value(), record.headers(), time, record.offset()));
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        long offset = context.recordMetadata().orElseThrow().offset();
        if (offset < position.offset()) {
            return; // it was handed over before the task started
        }
        busy = true;
        if (progress == null) {
            position = LogPosition.beginning(offset);
            put(progress(offset)); // before the first image, so that a gap always has a beginning
        } else {
            gap.countBetween(position.offset(), offset);
        }
        byte[] key = perKey.key().in(record.key(), record.headers());
        String problem = problem(record.key(), record.value(), record.headers(), key);
        KeyedModel model = problem == null ? model(key) : null;
        if (model == null) {
            position = position.at(offset + 1);
            String reason = problem == null ? "one key more than --max-keys " + maxKeys : problem;
            output.deadLetter(record, offset, reason);
            listener.onDeadLetter(reason);
            acted = true;
        } else {
            setUnsaved(model, offset);
            position = position.after(offset, checksum.of(offset, key, record.value(), record.headers()));
            place(model, offset);
            add(model, image(record.key(), record.value(), record.headers(), record.timestamp(), offset));
            if (unsaved.size() > MOST_UNSAVED) {
                saveOldest();
            }
        }
        storePosition();
    }

    /** In the transaction of whatever was emitted or stored, so that a start does nothing of it again. */
    private void storePosition() {
        if (acted) {
            store.put(position);
            acted = false;
        }
    }

    private String problem(byte[] key, byte[] value, Headers headers, byte[] modelKey) {
        String problem = decoder.problem(key, value, headers);
        return problem == null ? perKey.key().problem(modelKey) : problem;
    }

    /** The model of that key, a new one if need be; null if there are enough. */
    private KeyedModel model(byte[] keyBytes) {
        String key = new String(keyBytes, StandardCharsets.UTF_8);
        KeyedModel model = inMemory.get(key);
        if (model == null) {
            model = unsaved.get(key);
        }
        if (model == null) {
            model = store.model(key, keyBytes, progress);
        }
        if (model == null && keys < maxKeys) {
            model = new KeyedModel(key, keyBytes);
            keys++;
        }
        return model;
    }

    private KeyedModel.Image image(byte[] key, byte[] value, Headers headers, long timestamp, long offset) {
        return new KeyedModel.Image(
                value, offset, new Image.Origin(key, headers, timestamp, offset, context.currentSystemTimeMs()));
    }

    private void setUnsaved(KeyedModel model, long offset) {
        if (unsaved.putIfAbsent(model.key(), model) == null) {
            model.setUnsaved(position.at(offset), context.currentSystemTimeMs());
        }
    }

    /** Puts the images that come from the store in their place, those up to that offset; returns the last one's. */
    private long place(KeyedModel model, long upTo) {
        long last = -1;
        for (KeyedModel.Image image = model.takeStored(upTo); image != null; image = model.takeStored(upTo)) {
            add(model, image);
            last = image.offset();
        }
        return last;
    }

    private void add(KeyedModel model, KeyedModel.Image image) {
        model.add(image);
        if (model.pending().size() == hyperparameters.batch()) {
            train(model);
        }
    }

    private void train(KeyedModel model) {
        Learner learner = learner(model);
        model.fill(batch, decoder);
        long start = System.nanoTime();
        StepResult result = step(model, learner);
        long nanos = System.nanoTime() - start;
        if (!replaying) {
            emit(model, result.forward(), result.step());
            if (result.step() % ACTIVATIONS_EVERY_STEPS == 0) {
                String both = KeyedStore.name(name, model);
                output.activations(both, Json.write(Activations.of(both, result, learner)));
            }
            listener.onStep(result, learner, nanos);
        }
        model.setTrained();
    }

    private StepResult step(KeyedModel model, Learner learner) {
        try {
            return learner.train(batch);
        } catch (DivergedException e) {
            throw new ModelException("model " + KeyedStore.name(name, model) + ": " + e.getMessage(), e);
        }
    }

    /** Emits the reconstructions of the pending images that have had none. */
    private void emit(KeyedModel model, ForwardPass forward, long step) {
        acted = true;
        long now = context.currentSystemTimeMs();
        List<KeyedModel.Image> images = model.pending();
        for (int i = model.reconstructed(); i < images.size(); i++) {
            Image.Origin origin = images.get(i).origin();
            output.reconstruction(origin, forward, i, step, model.keyBytes());
            listener.onReconstruction(now - origin.timestamp());
        }
    }

    /** Reconstructs the pending images that have had none, and stores them. */
    private void reconstruct(KeyedModel model) {
        if (model.reconstructed() == model.pending().size()) {
            return;
        }
        Learner learner = learner(model);
        model.fill(batch, decoder);
        emit(model, learner.reconstruct(batch), learner.state().step());
        model.pending()
                .subList(model.reconstructed(), model.pending().size())
                .forEach(image -> store.putImage(model, image));
        model.setReconstructed();
        setInStore(model);
    }

    /** The model's learner; if it has none, that of the model that was used least recently, which is stored. */
    private Learner learner(KeyedModel model) {
        if (model.learner() == null) {
            Learner learner = freeLearner();
            if (!store.restore(model.key(), learner)) {
                learner.state().copyFrom(initial);
            }
            model.setLearner(learner);
            inMemory.put(model.key(), model);
            listener.onLoad();
        }
        return model.learner();
    }

    private Learner freeLearner() {
        if (spare != null) {
            Learner first = spare;
            spare = null;
            return first;
        }
        if (inMemory.size() < perKey.inMemory()) {
            return newLearner.get();
        }
        KeyedModel oldest = inMemory.values().iterator().next();
        putState(oldest);
        inMemory.remove(oldest.key());
        Learner free = oldest.learner();
        oldest.setLearner(null);
        listener.onEvict();
        return free;
    }

    private void saveOldest() {
        KeyedModel oldest = unsaved.values().iterator().next();
        reconstruct(oldest);
        if (oldest.isTrained() || oldest.isUnpublished()) {
            learner(oldest);
            putState(oldest);
        }
        unsaved.remove(oldest.key());
    }

    /** Stores and publishes what the store and the model topic do not have of the state. */
    private void putState(KeyedModel model) {
        long start = System.nanoTime();
        if (model.isTrained()) {
            store.put(model, progress.log());
            acted = true;
            setInStore(model);
        }
        if (model.isUnpublished()
                && !replaying) { // sinks are not ready during a replay; the model stays unsaved and is published later
            Checkpoint.publish(
                    store.snapshot(model, progress.log()),
                    (tensor, value) ->
                            output.parameters(ModelTopic.key(source.partition(), model.key(), tensor), value));
            acted = true;
            model.setPublished();
            listener.onCheckpoint(model.learner().state().step(), System.nanoTime() - start);
        }
    }

    private void setInStore(KeyedModel model) {
        if (!model.isInStore()) {
            model.setInStore();
            put(progress.withKeys(progress.keys() + 1));
        }
    }

    private KeyedStore.Progress progress(long nextOffset) {
        return new KeyedStore.Progress(
                perKey.key().toString(), architecture.sizes(), hyperparameters, nextOffset, 0, maxKeys, topicId, 0, 0);
    }

    private void put(KeyedStore.Progress changed) {
        progress = changed;
        store.put(changed);
        acted = true;
    }

    private void onTick(long now) {
        long end = System.nanoTime() + MOST_OF_TICK.toNanos();
        for (KeyedModel model : List.copyOf(unsaved.values())) {
            if (model.hasWaited(now, settings.maxBatchWait().toMillis())) {
                reconstruct(model);
                if (busy && System.nanoTime() - end > 0) {
                    break; // the next tick goes on
                }
            }
        }
        unsaved.values().removeIf(KeyedModel::isSaved);
        for (int saves = 0; saves < MOST_SAVES && isSaveDue(now); saves++) {
            saveOldest();
            if (busy && System.nanoTime() - end > 0) {
                break;
            }
        }
        busy = false;
        if (progress != null && progress.nextOffset() != gapStart().offset()) {
            put(progress.with(gapStart()));
        }
        storePosition();
        listener.onModels(source.partition(), inMemory.size(), keys);
    }

    /** Where the gap begins that a start would read again. */
    private LogPosition gapStart() {
        return unsaved.isEmpty() ? position : unsaved.values().iterator().next().unsavedFrom();
    }

    private boolean isSaveDue(long now) {
        return !unsaved.isEmpty()
                && now - unsaved.values().iterator().next().unsavedSince()
                        >= settings.checkpointInterval().toMillis();
    }

    @Override
    public void close() {
        listener.onModels(source.partition(), 0, 0);
    }
}
