package io.sparsestream.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.learn.SeenImage;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.TopImages;
import io.sparsestream.learn.UnitMeasures;
import io.sparsestream.message.Activations;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.Unit;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.stream.ImageChecksum;
import io.sparsestream.support.CommittedRecords;
import io.sparsestream.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What an undisturbed model leaves: a learner that is shown the images of the topic in order, in this process, without a
 * topology, a store or a transaction.
 */
final class ByHand {
    private static final Topics MODEL = new Topics("by-hand");
    private static final int ACTIVATIONS_EVERY = 10; // steps

    private final Learner learner;
    private final InputFormat input;
    private final ImageDecoder decoder;
    private final MiniBatch batch;
    private final List<ConsumerRecord<byte[], byte[]>> pending = new ArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> reconstructions = new ArrayList<>();
    private final List<JsonNode> activations = new ArrayList<>();
    private final TopImages top;
    private final ImageChecksum checksum = new ImageChecksum();
    private double longestSilence;
    private long pendingSum;
    private long sum; // of the images that were trained on

    private ByHand(Shape shape) {
        MatrixProduct product = shape.engine().newProduct();
        learner = ScaledLearner.of(
                new MeasuredLearner(new Autoencoder(shape.layers(), shape.hyperparameters(), product), product));
        input = shape.kind().input();
        decoder = new ImageDecoder(shape.layers().inputs(), input);
        batch = learner.newBatch();
        top = new TopImages(learner.architecture(), shape.hyperparameters().averagingWindow());
    }

    /** @param progress takes a line on what was special about it */
    static Left of(Map<String, Object> kafka, Shape shape, Consumer<String> progress) throws Exception {
        ByHand byHand = new ByHand(shape);
        CommittedRecords.of(kafka, Topics.IMAGES).forEach(byHand::show);
        byHand.reconstructPending();
        if (shape.kind().canBeSilent()) {
            progress.accept(String.format(
                    Locale.ROOT,
                    "units of the undisturbed model were silent for up to %.0f of %d steps, %d were revived",
                    byHand.longestSilence,
                    byHand.learner.state().step(),
                    byHand.learner.state().unitsRevived()));
        }
        return byHand.left(topicIds(kafka));
    }

    private void show(ConsumerRecord<byte[], byte[]> image) {
        batch.add(decoder.numbers(image.value(), image.headers()), HeaderName.text(image.headers(), HeaderName.LABEL));
        pending.add(image);
        pendingSum += checksum.of(image.offset(), image.key(), image.value(), image.headers());
        if (batch.isFull()) {
            long step = learner.state().step();
            StepResult result = learner.train(batch);
            reconstructed(result.forward(), step);
            top.add(result.forward(), learner.state().images() - batch.size(), each -> seen(pending.get(each)));
            if (step % ACTIVATIONS_EVERY == 0) {
                activations.add(Json.tree(Json.write(Activations.of(MODEL.model(), result, learner))));
            }
            longestSilence = Math.max(longestSilence, silence());
            sum += pendingSum;
            pendingSum = 0;
            pending.clear();
            batch.clear();
        }
    }

    private static SeenImage seen(ConsumerRecord<byte[], byte[]> image) {
        return new SeenImage(
                image.offset(),
                new String(image.key(), StandardCharsets.UTF_8),
                HeaderName.text(image.headers(), HeaderName.LABEL));
    }

    /** Steps for which the unit that is silent for longest has been so. */
    private double silence() {
        return learner.state().averages().entrySet().stream()
                .filter(average -> average.getKey().startsWith("silent."))
                .flatMapToDouble(average -> Arrays.stream(average.getValue()))
                .max()
                .orElse(0);
    }

    private void reconstructPending() {
        if (!pending.isEmpty()) {
            reconstructed(learner.reconstruct(batch), learner.state().step());
        }
    }

    private void reconstructed(ForwardPass forward, long step) {
        for (int i = 0; i < pending.size(); i++) {
            reconstructions.add(reconstruction(
                    pending.get(i), forward, i, step, learner.architecture().inputs()));
        }
    }

    /**
     * As a trainer emits it, but for the headers that tell of its topics.
     *
     * @param index of the image in the forward pass
     * @param step updates before it
     * @param pixels of every image
     */
    static ConsumerRecord<byte[], byte[]> reconstruction(
            ConsumerRecord<byte[], byte[]> image, ForwardPass forward, int index, long step, int pixels) {
        RecordHeaders headers = new RecordHeaders();
        for (String same : List.of(HeaderName.LABEL, HeaderName.SHAPE)) {
            Header header = image.headers().lastHeader(same);
            headers.add(header);
        }
        Dtype dtype = image.value().length == pixels ? Dtype.UINT8 : Dtype.FLOAT32;
        headers.add(HeaderName.DTYPE, HeaderName.utf8(dtype.toString()));
        headers.add(HeaderName.STEP, HeaderName.utf8(Long.toString(step)));
        headers.add(HeaderName.MSE, HeaderName.decimal(forward.mse()[index]));
        double deviation = forward.anomalies().deviation()[index];
        if (!Double.isNaN(deviation)) {
            double rank = forward.anomalies().rank()[index];
            headers.add(HeaderName.ANOMALY, HeaderName.decimal(Math.rint(deviation * 1e4) / 1e4));
            headers.add(HeaderName.ANOMALY_RANK, HeaderName.decimal(Math.rint(rank * 1e4) / 1e4));
        }
        ConsumerRecord<byte[], byte[]> reconstruction = new ConsumerRecord<>(
                MODEL.reconstructions(),
                0,
                image.offset(),
                image.key(),
                dtype.encode(forward.reconstructions(), index * pixels, pixels));
        headers.forEach(reconstruction.headers()::add);
        return reconstruction;
    }

    private Left left(Map<String, String> topicIds) {
        long images = learner.state().images();
        Checkpoint.Snapshot snapshot = Checkpoint.Snapshot.of(
                        MODEL.model(), learner, Manifest.Steering.none(learner.hyperparameters()))
                .at(OptionalLong.of(images))
                .with(new Manifest.Log(topicIds, images, sum, 0))
                .with(input)
                .with(Map.of("top", top.write()));
        Map<String, byte[]> checkpoint = new TreeMap<>();
        Checkpoint.store(snapshot, checkpoint::put);
        Map<String, byte[]> published = new TreeMap<>();
        Checkpoint.publish(snapshot, published::put);
        return new Left(reconstructions, activations, checkpoint, published, units(), 0);
    }

    private Map<String, byte[]> units() {
        Map<String, byte[]> units = new TreeMap<>();
        for (int layer = 0; layer < learner.architecture().hiddenLayers(); layer++) {
            for (int unit = 0; unit < learner.architecture().hiddenUnits(layer); unit++) {
                UnitMeasures measures = learner.measures().orElseThrow().unit(layer, unit, top.labels());
                Unit record = new Unit(
                        MODEL.model(),
                        null,
                        learner.architecture().hiddenLayer(layer),
                        unit,
                        learner.state().step(),
                        learner.state().images(),
                        measures.density(),
                        measures.selectivity(),
                        measures.label(),
                        top.of(layer, unit).stream()
                                .map(entry -> Unit.Top.of(entry, Topics.IMAGES, 0))
                                .toList());
                units.put(record.layer() + "/" + unit, Json.write(record));
            }
        }
        return units;
    }

    private static Map<String, String> topicIds(Map<String, Object> kafka) throws Exception {
        Map<String, String> ids = new TreeMap<>();
        try (Admin admin = Admin.create(kafka)) {
            admin.describeTopics(List.of(Topics.IMAGES, Topics.CONTROL))
                    .allTopicNames()
                    .get()
                    .forEach((name, topic) -> ids.put(name, topic.topicId().toString()));
        }
        return ids;
    }
}
