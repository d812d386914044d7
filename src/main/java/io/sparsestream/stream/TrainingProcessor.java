package io.sparsestream.stream;

import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Activations;
import io.sparsestream.message.Header;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
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
 * </ul>
 */
final class TrainingProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingProcessor.class);
    private static final String EMITTED = "emitted";
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int ACTIVATIONS_EVERY_STEPS = 10;

    private final TrainingTopology.Settings settings;
    private final Supplier<Learner> newLearner;
    private final SourceLog log;
    private final TrainingListener listener;
    private final List<Pending> pending = new ArrayList<>();
    private final byte[] modelName;
    private final byte[] dtype;

    private Learner learner;
    private ImageDecoder decoder;
    private MiniBatch batch;
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<String, byte[]> store;
    private long nextOffset; // first image that has not been trained on
    private long emitted; // images below this offset have had their reconstruction
    private long checkpointStep = -1;
    private long checkpointMillis;

    /** An image of the incomplete mini-batch, and what its reconstruction needs of its record. */
    private record Pending(
            byte[] key, Headers headers, long timestamp, String topic, int partition, long offset, long arrived) {}

    TrainingProcessor(
            TrainingTopology.Settings settings,
            Supplier<Learner> newLearner,
            SourceLog log,
            TrainingListener listener) {
        this.settings = settings;
        this.newLearner = newLearner;
        this.log = log;
        this.listener = listener;
        modelName = Header.utf8(settings.topics().model());
        dtype = Header.utf8(settings.format().toString());
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        // Here rather than in the constructor: Kafka Streams makes processors that it never starts.
        learner = newLearner.get();
        decoder = new ImageDecoder(learner.architecture().inputs());
        batch = learner.newBatch();
        store = context.getStateStore(TrainingTopology.STORE);
        byte[] stored = store.get(Checkpoint.MANIFEST);
        TopicPartition source =
                new TopicPartition(settings.images(), context.taskId().partition());
        OptionalLong committed = log.committed(source);
        if (stored != null) {
            Manifest manifest = Json.read(stored, Manifest.class);
            Checkpoint.restore(manifest, learner, store::get);
            byte[] through = store.get(EMITTED);
            emitted = through == null ? 0 : ByteBuffer.wrap(through).getLong();
            nextOffset = manifest.nextOffset();
            checkpointStep = manifest.step();
            long end = committed.orElseThrow(() -> new TrainerException("the consumer group "
                    + settings.topics().applicationId()
                    + " has lost its committed offset, so what has been trained on is unknown: "
                    + "choose another --model name"));
            long before = learner.state().step();
            log.read(source, nextOffset, end, record -> {
                if (decoder.problem(record.value(), record.headers()) == null) {
                    add(record.value(), pendingOf(record.key(), record.headers(), record.timestamp(), record.offset()));
                    if (batch.isFull()) {
                        learner.train(batch);
                        trained();
                    }
                }
            });
            LOG.info(
                    "model {} resumes at step {}: {} from the checkpoint, {} trained again from offset {} to {}",
                    settings.topics().model(),
                    learner.state().step(),
                    before,
                    learner.state().step() - before,
                    manifest.nextOffset(),
                    end);
        } else if (committed.isPresent() && committed.getAsLong() > 0) {
            throw new TrainerException("the consumer group " + settings.topics().applicationId()
                    + " has committed offsets but its checkpoint topic is empty: restore the topic, "
                    + "or choose another --model name");
        }
        checkpointMillis = context.currentSystemTimeMs();
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::onTick);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        if (checkpointStep < 0) {
            // Before the first image, so that a gap always has a beginning.
            nextOffset = metadata.offset();
            checkpoint();
        }
        String problem = decoder.problem(record.value(), record.headers());
        if (problem != null) {
            deadLetter(record, metadata, problem);
            return;
        }
        add(record.value(), pendingOf(record.key(), record.headers(), record.timestamp(), metadata.offset()));
        if (batch.isFull()) {
            long start = System.nanoTime();
            StepResult result = learner.train(batch);
            long nanos = System.nanoTime() - start;
            emit(result.forward(), result.step());
            if (result.step() % ACTIVATIONS_EVERY_STEPS == 0) {
                byte[] json = Json.write(Activations.of(settings.topics().model(), result, learner));
                forward(TrainingTopology.ACTIVATIONS, modelName, json, new RecordHeaders());
            }
            listener.onStep(result, learner, nanos);
            trained();
            if (context.currentSystemTimeMs() - checkpointMillis
                    >= settings.checkpointInterval().toMillis()) {
                checkpoint();
            }
        }
    }

    private Pending pendingOf(byte[] key, Headers headers, long timestamp, long offset) {
        return new Pending(
                key,
                headers,
                timestamp,
                settings.images(),
                context.taskId().partition(),
                offset,
                context.currentSystemTimeMs());
    }

    private void add(byte[] image, Pending origin) {
        batch.add(image, ImageDecoder.label(origin.headers()));
        pending.add(origin);
    }

    /** The batch is done with. */
    private void trained() {
        nextOffset = pending.get(pending.size() - 1).offset() + 1;
        pending.clear();
        batch.clear();
    }

    private void onTick(long now) {
        for (Pending image : pending) {
            if (image.offset() >= emitted) {
                if (now - image.arrived() >= settings.maxBatchWait().toMillis()) {
                    emit(learner.reconstruct(batch), learner.state().step());
                    store.put(
                            EMITTED,
                            ByteBuffer.allocate(Long.BYTES).putLong(emitted).array());
                }
                break;
            }
        }
        if (checkpointStep >= 0
                && learner.state().step() > checkpointStep
                && now - checkpointMillis >= settings.checkpointInterval().toMillis()) {
            checkpoint();
        }
    }

    /** Emits the reconstructions of the pending images that have had none. */
    private void emit(ForwardPass forward, long step) {
        byte[] stepText = Header.utf8(Long.toString(step));
        int pixels = learner.architecture().inputs();
        long now = context.currentSystemTimeMs();
        for (int i = 0; i < pending.size(); i++) {
            Pending image = pending.get(i);
            if (image.offset() < emitted) {
                continue;
            }
            Headers headers = new RecordHeaders();
            org.apache.kafka.common.header.Header label = image.headers().lastHeader(Header.LABEL);
            if (label != null) {
                headers.add(label);
            }
            org.apache.kafka.common.header.Header shape = image.headers().lastHeader(Header.SHAPE);
            headers.add(Header.SHAPE, shape == null ? decoder.shape() : shape.value());
            headers.add(Header.DTYPE, dtype);
            headers.add(Header.MODEL, modelName);
            headers.add(Header.STEP, stepText);
            headers.add(Header.MSE, Header.utf8(Float.toString((float) forward.mse()[i])));
            headers.add(Header.SOURCE, Header.utf8(image.topic() + "-" + image.partition() + "@" + image.offset()));
            byte[] value = settings.format().encode(forward.reconstructions(), i * pixels, pixels);
            context.forward(
                    new Record<>(image.key(), value, image.timestamp(), headers), TrainingTopology.RECONSTRUCTIONS);
            listener.onReconstruction(now - image.timestamp());
        }
        emitted = pending.get(pending.size() - 1).offset() + 1;
    }

    /** As received, byte for byte, with the reason and where it came from. */
    private void deadLetter(Record<byte[], byte[]> record, RecordMetadata metadata, String problem) {
        Headers headers = new RecordHeaders(record.headers());
        headers.add(Header.REASON, Header.utf8(problem));
        headers.add(Header.SOURCE_TOPIC, Header.utf8(metadata.topic()));
        headers.add(Header.SOURCE_PARTITION, Header.utf8(Integer.toString(metadata.partition())));
        headers.add(Header.SOURCE_OFFSET, Header.utf8(Long.toString(metadata.offset())));
        context.forward(record.withHeaders(headers), TrainingTopology.DEAD_LETTERS);
        listener.onDeadLetter();
    }

    /**
     * Stores everything, and publishes the parameters, in the transaction of the offsets: always the state at a batch
     * boundary, since pending images have changed nothing yet.
     */
    private void checkpoint() {
        Checkpoint.write(settings.topics().model(), learner, nextOffset, true, store::put);
        Checkpoint.write(
                settings.topics().model(),
                learner,
                nextOffset,
                false,
                (key, value) -> forward(TrainingTopology.PARAMETERS, Header.utf8(key), value, new RecordHeaders()));
        checkpointStep = learner.state().step();
        checkpointMillis = context.currentSystemTimeMs();
    }

    private void forward(String sink, byte[] key, byte[] value, Headers headers) {
        context.forward(new Record<>(key, value, context.currentSystemTimeMs(), headers), sink);
    }
}
