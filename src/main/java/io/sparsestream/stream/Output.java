package io.sparsestream.stream;

import io.sparsestream.learn.ForwardPass;
import io.sparsestream.message.DeadLetter;
import io.sparsestream.message.Header;
import io.sparsestream.message.PixelFormat;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** What one task writes to the topology's sinks. */
final class Output {
    private final ProcessorContext<byte[], byte[]> context;
    private final PixelFormat format;
    private final int pixels;
    private final String source;
    private final byte[] model;
    private final byte[] dtype;

    /**
     * @param pixels of every image
     * @param source the partition that the images come from
     */
    Output(
            ProcessorContext<byte[], byte[]> context,
            TrainingTopology.Settings settings,
            int pixels,
            TopicPartition source) {
        this.context = context;
        this.pixels = pixels;
        format = settings.format();
        this.source = source.topic() + "-" + source.partition() + "@";
        model = Header.utf8(settings.topics().model());
        dtype = Header.utf8(format.toString());
    }

    /**
     * Emits one image's reconstruction.
     *
     * @param index of the image in its batch
     * @param step the text of the step header
     * @param defaultShape stands in where the image's record has no shape
     * @param modelKey which of many models it is by; null where there is one
     */
    void reconstruction(
            PendingBatch.Origin image,
            ForwardPass forward,
            int index,
            byte[] step,
            byte[] defaultShape,
            byte[] modelKey) {
        Headers headers = new RecordHeaders();
        org.apache.kafka.common.header.Header label = image.headers().lastHeader(Header.LABEL);
        if (label != null) {
            headers.add(label);
        }
        org.apache.kafka.common.header.Header shape = image.headers().lastHeader(Header.SHAPE);
        headers.add(Header.SHAPE, shape == null ? defaultShape : shape.value());
        headers.add(Header.DTYPE, dtype);
        headers.add(Header.MODEL, model);
        if (modelKey != null) {
            headers.add(Header.MODEL_KEY, modelKey);
        }
        headers.add(Header.STEP, step);
        headers.add(Header.MSE, Header.decimal(forward.mse()[index]));
        headers.add(Header.SOURCE, Header.utf8(source + image.offset()));
        byte[] value = format.encode(forward.reconstructions(), index * pixels, pixels);
        context.forward(new Record<>(image.key(), value, image.timestamp(), headers), TrainingTopology.RECONSTRUCTIONS);
    }

    /** The state of learning, keyed by the model's name. */
    void activations(byte[] json) {
        forward(TrainingTopology.ACTIVATIONS, model, json);
    }

    /** The state of learning of one of many models, keyed by its name and its key. */
    void activations(String name, byte[] json) {
        forward(TrainingTopology.ACTIVATIONS, Header.utf8(name), json);
    }

    /** One record of the published model. */
    void parameters(String key, byte[] value) {
        forward(TrainingTopology.PARAMETERS, Header.utf8(key), value);
    }

    /** One record of a replica's update. */
    void update(int replica, String key, byte[] value) {
        forward(TrainingTopology.UPDATES, ReplicaKey.of(replica, key), value);
    }

    /** As received, byte for byte, with the reason and where it came from. */
    void deadLetter(Record<byte[], byte[]> record, TopicPartition from, long offset, String problem) {
        Headers headers = DeadLetter.headers(record.headers(), from.topic(), from.partition(), offset, problem);
        context.forward(record.withHeaders(headers), TrainingTopology.DEAD_LETTERS);
    }

    private void forward(String sink, byte[] key, byte[] value) {
        context.forward(new Record<>(key, value, context.currentSystemTimeMs()), sink);
    }
}
