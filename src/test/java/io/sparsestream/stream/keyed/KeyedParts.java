package io.sparsestream.stream.keyed;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.stream.Image;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.LogPosition;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.Output;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** The parts of a task of models by key, without a topology: real ones, small. */
final class KeyedParts {
    static final int BATCH = 4;
    private static final int PIXELS = 16;

    final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();
    final KeyedStore store;
    final Learners learners;
    final Models models;
    final Saver saver;
    int made; // learners
    int loads;
    int evictions;

    /** @param inMemory models in memory */
    KeyedParts(int inMemory) {
        context.setCurrentSystemTimeMs(0);
        KeyValueStore<String, byte[]> records = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(Topics.MODELS_STORE), Serdes.String(), Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        records.init(context.getStateStoreContext(), records);
        store = new KeyedStore(records, Topics.IMAGES);
        Learner first = newLearner();
        store.put(new KeyedProgress(
                "key",
                first.architecture().sizes(),
                first.hyperparameters(),
                0,
                0,
                null,
                "id of images",
                0,
                0,
                List.of()));
        KeyedListener listener = new KeyedListener() {
            @Override
            public void onLoad() {
                loads++;
            }

            @Override
            public void onEvict() {
                evictions++;
            }
        };
        learners = new Learners(first, this::newLearner, inMemory, store, listener);
        models = new Models("small", BATCH, InputFormat.AUTO, store, learners);
        TaskSettings settings = new TaskSettings(
                new Topics("small"),
                Topics.IMAGES,
                Duration.ofSeconds(5),
                new Keep(1, 0),
                Duration.ofSeconds(1),
                InputFormat.AUTO,
                ReconstructionFormat.UINT8,
                Optional.empty(),
                OnGap.FAIL);
        Output output = new Output(
                context, settings, new ImageDecoder(PIXELS, InputFormat.AUTO), new TopicPartition(Topics.IMAGES, 0));
        KeyedEmission emission = new KeyedEmission(0, output, store, listener, context::currentSystemTimeMs);
        saver = new Saver(settings, models, learners, new MiniBatch(BATCH, PIXELS), store, emission, listener);
    }

    private Learner newLearner() {
        made++;
        return new Autoencoder(
                Architecture.of(PIXELS, 6, 3, 6, PIXELS),
                Hyperparameters.SPARSE.with(Map.of("batch", Integer.toString(BATCH))),
                new PortableProduct());
    }

    KeyedModel find(String key) {
        return models.find(HeaderName.utf8(key), 0, Long.MAX_VALUE).orElseThrow();
    }

    /** Gives a model, which was saved, an image that arrives at that time. */
    KeyedModel take(String key, long offset, long millis) {
        KeyedModel model = find(key);
        model.take(image(offset, millis));
        models.addUnsaved(model, LogPosition.beginning(offset), millis);
        return model;
    }

    static Image image(long offset, long millis) {
        byte[] greys = new byte[PIXELS];
        greys[(int) (offset % PIXELS)] = 1;
        return new Image(
                greys,
                MiniBatch.UNLABELLED,
                offset,
                new Image.Origin(null, new RecordHeaders(), millis, offset, millis));
    }

    /** Trains a model on full batches from that offset on. */
    void train(KeyedModel model, long offset) {
        for (long each = offset; each < offset + BATCH; each++) {
            model.take(image(each, 0));
        }
        learners.of(model, saver::saveState);
        MiniBatch batch = new MiniBatch(BATCH, PIXELS);
        model.fill(batch);
        model.train(batch);
        model.endBatch();
    }
}
