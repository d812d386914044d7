package io.sparsestream.score;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.RunningDeviation;
import io.sparsestream.message.Anomaly;
import io.sparsestream.message.DeadLetter;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.message.Reason;
import io.sparsestream.message.Score;
import io.sparsestream.stream.AnomalyHeaders;
import io.sparsestream.stream.AnomalyReport;
import io.sparsestream.stream.Gap;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.ImageTime;
import io.sparsestream.stream.LogPosition;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.topic.SourceLog;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores each image once, by the newest model at that moment. State are the running error statistics and the place up to
 * which the log has been scored, which does not depend on the offsets that the broker remembers.
 */
final class ScoreProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(ScoreProcessor.class);
    private static final String ERRORS = "errors";
    private static final String POSITION = "position";
    private static final String TOPIC_ID = "topic-id";

    private final ScoreSettings settings;
    private final SourceLog log;
    private final ImageFlow flow;
    private final Supplier<PublishedModel> newest;
    private final Supplier<MatrixProduct> product;
    private final TrainingListener listener;

    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<String, byte[]> store;
    private RunningDeviation errors;
    private ImageScorer scorer;
    private ImageDecoder decoder;
    private Optional<AnomalyReport> anomalies = Optional.empty();
    private Gap gap;
    private boolean begun; // whether a record has been handed over, now or before the task started
    private long position; // offset behind the last record that was handed over

    ScoreProcessor(
            ScoreSettings settings,
            SourceLog log,
            ImageFlow flow,
            Supplier<PublishedModel> newest,
            Supplier<MatrixProduct> product,
            TrainingListener listener) {
        this.settings = settings;
        this.log = log;
        this.flow = flow;
        this.newest = newest;
        this.product = product;
        this.listener = listener;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        store = context.getStateStore(ScoreTopology.STORE);
        byte[] state = store.get(ERRORS);
        errors = state == null
                ? new RunningDeviation(ScoreTopology.WINDOW)
                : new RunningDeviation(ScoreTopology.WINDOW, state);
        resume();
    }

    /** Goes on behind the last record that was scored, or with the beginning of another log of the same name. */
    private void resume() {
        TopicPartition source =
                new TopicPartition(settings.images(), context.taskId().partition());
        // There is nothing to be learned wrongly: what cannot be scored any more is told, and passed over.
        gap = new Gap("scores of " + settings.topics().model(), OnGap.CONTINUE, source, log, new TrainingListener() {});
        String id = log.topicIds(Set.of(settings.images())).get(settings.images());
        Optional<String> known = Optional.ofNullable(store.get(TOPIC_ID)).map(bytes -> new String(bytes, UTF_8));
        byte[] stored = store.get(POSITION);
        begun = stored != null;
        if (begun) {
            LogPosition scored = LogPosition.beginning(ByteBuffer.wrap(stored).getLong());
            position = gap.range(known, id, scored, scored, scored.offset()).to();
            Long committed = log.committed(Set.of(source)).get(source);
            if (committed == null || committed != position) {
                flow.seek(source, position);
            }
        }
        if (begun) {
            storePosition(); // of the topic whose id is stored with it
        }
        store.put(TOPIC_ID, id.getBytes(UTF_8));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata source = context.recordMetadata().orElseThrow();
        if (source.offset() < position) {
            return; // it was scored before the task started
        }
        if (begun) {
            gap.countBetween(position, source.offset());
        }
        begun = true;
        position = source.offset() + 1;
        changeOver();
        Reason problem = decoder.problem(record.key(), record.value(), record.headers());
        if (problem != null) {
            Headers headers =
                    DeadLetter.headers(record.headers(), source.topic(), source.partition(), source.offset(), problem);
            ImageTime.tell(record.headers(), record.timestamp(), headers);
            forward(ScoreTopology.DEAD_LETTERS, record.key(), record.value(), headers);
            listener.onDeadLetter(problem);
            return;
        }
        byte[] image = decoder.numbers(record.value(), record.headers());
        String label = decoder.label(record.key(), record.value(), record.headers());
        ForwardPass forward = scorer.reconstruct(image);
        Score score = scorer.score(image, forward, errors);
        store.put(ERRORS, errors.toBytes());
        forward(ScoreTopology.SCORES, record.key(), Json.write(score), headers(record, label, score, source));
        listener.onScore(forward);
        listener.onReconstruction(context.currentSystemTimeMs() - record.timestamp());
        if (anomalies.isPresent() && anomalies.get().isOne(forward, 0)) {
            Anomaly anomaly = anomalies.get().of(image, label, source(source), forward, 0, score.step());
            forward(ScoreTopology.ANOMALIES, record.key(), Json.write(anomaly), new RecordHeaders());
            listener.onAnomaly(anomaly, record.timestamp());
        }
    }

    private static String source(RecordMetadata metadata) {
        return HeaderName.source(metadata.topic(), metadata.partition(), metadata.offset());
    }

    /** With the time at which it is written, since retention counts from there. */
    private void forward(String sink, byte[] key, byte[] value, Headers headers) {
        // The store is cached: its changelog gets the last position and statistics of each commit.
        storePosition();
        context.forward(new Record<>(key, value, context.currentSystemTimeMs(), headers), sink);
    }

    private void storePosition() {
        store.put(POSITION, ByteBuffer.allocate(Long.BYTES).putLong(position).array());
    }

    private void changeOver() {
        PublishedModel model = newest.get();
        if (scorer != null && model == scorer.model()) {
            return;
        }
        scorer = new ImageScorer(model, settings.format(), product.get());
        InputFormat input = settings.input().apply(model);
        decoder = new ImageDecoder(scorer.inputs(), input);
        anomalies = settings.alertAbove()
                .map(above -> new AnomalyReport(model.manifest().model(), above, scorer.inputs(), input.fields()));
        LOG.info("scoring by model {} at step {}", model.manifest().model(), model.step());
    }

    private static double number(Double known) {
        return known == null ? Double.NaN : known;
    }

    private static Headers headers(Record<byte[], byte[]> image, String text, Score score, RecordMetadata source) {
        Headers headers = new RecordHeaders();
        Header label = image.headers().lastHeader(HeaderName.LABEL);
        if (label != null) {
            headers.add(label);
        } else if (!text.isEmpty()) { // which stands elsewhere in the record
            headers.add(HeaderName.LABEL, HeaderName.utf8(text));
        }
        headers.add(HeaderName.MODEL, HeaderName.utf8(score.model()));
        headers.add(HeaderName.STEP, HeaderName.utf8(Long.toString(score.step())));
        AnomalyHeaders.add(headers, number(score.anomaly()), number(score.rank()));
        headers.add(HeaderName.SOURCE, HeaderName.utf8(source(source)));
        ImageTime.tell(image.headers(), image.timestamp(), headers);
        return headers;
    }
}
