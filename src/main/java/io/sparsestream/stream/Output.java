package io.sparsestream.stream;

import io.sparsestream.learn.ForwardPass;
import io.sparsestream.message.Anomaly;
import io.sparsestream.message.DeadLetter;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.Json;
import io.sparsestream.message.Reason;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.message.ReplicaKey;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** What one task writes to the topology's sinks. */
public final class Output {
    private final ProcessorContext<byte[], byte[]> context;
    private final ReconstructionFormat format;
    private final int inputs;
    private final TopicPartition from;
    private final String source; // the same, as a header tells it
    private final byte[] model;
    // Shared by all records: Kafka Streams looks at each header again when its record is acknowledged, and these are
    // cached.
    private final RecordHeader modelHeader;
    private final RecordHeader ofBytes;
    private final RecordHeader ofFloats;
    private final RecordHeader shapeHeader;
    private final Optional<AnomalyReport> anomalies;
    private RecordHeader stepHeader;
    private long headerStep = -1; // the step that stepHeader tells

    /**
     * @param decoder of the images
     * @param source the partition that the images come from
     */
    public Output(
            ProcessorContext<byte[], byte[]> context,
            TaskSettings settings,
            ImageDecoder decoder,
            TopicPartition source) {
        this.context = context;
        inputs = decoder.inputs();
        format = settings.format();
        from = source;
        this.source = source.topic() + "-" + source.partition() + "@";
        model = HeaderName.utf8(settings.topics().model());
        modelHeader = new RecordHeader(HeaderName.MODEL, model);
        anomalies = settings.alertAbove()
                .map(above -> new AnomalyReport(
                        settings.topics().model(),
                        above,
                        inputs,
                        settings.input().fields()));
        ofBytes = dtypeHeader(Dtype.UINT8);
        ofFloats = dtypeHeader(Dtype.FLOAT32);
        shapeHeader = new RecordHeader(HeaderName.SHAPE, decoder.defaultShape());
    }

    /**
     * Emits one image's reconstruction, and tells of an anomaly.
     *
     * @param index of the image in its batch
     * @param step updates before the forward pass
     * @return what was told of it, if it is one
     */
    public Optional<Anomaly> reconstruction(Image image, ForwardPass forward, int index, long step) {
        return reconstruction(image, forward, index, step, imageHeaders(image));
    }

    /** The same by the one of many models that has this key. */
    public Optional<Anomaly> reconstruction(Image image, ForwardPass forward, int index, long step, byte[] modelKey) {
        return reconstruction(image, forward, index, step, imageHeaders(image).add(HeaderName.MODEL_KEY, modelKey));
    }

    private RecordHeader dtypeHeader(Dtype own) {
        return new RecordHeader(HeaderName.DTYPE, HeaderName.utf8(format.dtype(own)));
    }

    private Headers imageHeaders(Image image) {
        Headers headers = new RecordHeaders();
        Headers own = image.origin().headers();
        Header label = own.lastHeader(HeaderName.LABEL);
        if (label != null) {
            headers.add(label);
        } else if (!image.label().isEmpty()) { // which stands elsewhere in the record
            headers.add(HeaderName.LABEL, HeaderName.utf8(image.label()));
        }
        Header shape = own.lastHeader(HeaderName.SHAPE);
        headers.add(shape == null || Arrays.equals(shape.value(), shapeHeader.value()) ? shapeHeader : shape);
        headers.add(dtype(image) == Dtype.UINT8 ? ofBytes : ofFloats);
        return headers.add(modelHeader);
    }

    private Dtype dtype(Image image) {
        return image.values().length == inputs ? Dtype.UINT8 : Dtype.FLOAT32;
    }

    private Optional<Anomaly> reconstruction(Image of, ForwardPass forward, int index, long step, Headers headers) {
        Image.Origin image = of.origin();
        headers.add(step(step));
        headers.add(HeaderName.MSE, HeaderName.decimal(forward.mse()[index]));
        AnomalyHeaders.add(
                headers,
                forward.anomalies().deviation()[index],
                forward.anomalies().rank()[index]);
        headers.add(HeaderName.SOURCE, HeaderName.utf8(source + image.offset()));
        ImageTime.tell(image.headers(), image.timestamp(), headers);
        byte[] value = format.encode(dtype(of), forward.reconstructions(), index * inputs, inputs);
        forward(Nodes.RECONSTRUCTIONS, image.key(), value, headers);
        if (anomalies.isEmpty() || !anomalies.get().isOne(forward, index)) {
            return Optional.empty();
        }
        Anomaly anomaly = anomalies.get().of(of.values(), of.label(), source + image.offset(), forward, index, step);
        forward(Nodes.ANOMALIES, image.key(), Json.write(anomaly));
        return Optional.of(anomaly);
    }

    private RecordHeader step(long step) {
        if (step != headerStep) {
            headerStep = step;
            stepHeader = new RecordHeader(HeaderName.STEP, HeaderName.utf8(Long.toString(step)));
        }
        return stepHeader;
    }

    /** The state of learning, keyed by the model's name. */
    public void activations(byte[] json) {
        forward(Nodes.ACTIVATIONS, model, json);
    }

    /** The state of learning of one of many models, keyed by its name and its key. */
    public void activations(String name, byte[] json) {
        forward(Nodes.ACTIVATIONS, HeaderName.utf8(name), json);
    }

    /** One record of the published model. */
    public void parameters(String key, byte[] value) {
        forward(Nodes.PARAMETERS, HeaderName.utf8(key), value);
    }

    /** What activates one unit. */
    public void unit(byte[] key, byte[] json) {
        forward(Nodes.UNITS, key, json);
    }

    /** One record of a replica's update. */
    public void update(int replica, String key, byte[] value) {
        forward(Nodes.UPDATES, ReplicaKey.of(replica, key), value);
    }

    /** As received, byte for byte, with the reason and where it came from. */
    public void deadLetter(Record<byte[], byte[]> record, long offset, Reason problem) {
        Headers headers = DeadLetter.headers(record.headers(), from.topic(), from.partition(), offset, problem);
        ImageTime.tell(record.headers(), record.timestamp(), headers);
        forward(Nodes.DEAD_LETTERS, record.key(), record.value(), headers);
    }

    private void forward(String sink, byte[] key, byte[] value) {
        forward(sink, key, value, new RecordHeaders());
    }

    /** With the time at which it is written, since retention counts from there. */
    private void forward(String sink, byte[] key, byte[] value, Headers headers) {
        context.forward(new Record<>(key, value, context.currentSystemTimeMs(), headers), sink);
    }
}
