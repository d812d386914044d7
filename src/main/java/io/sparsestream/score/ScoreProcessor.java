package io.sparsestream.score;

import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.message.DeadLetter;
import io.sparsestream.message.Header;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.Json;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.message.Score;
import io.sparsestream.stream.DeadLetters;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Scores each image by the newest model at that moment; only the running error statistics are state. */
final class ScoreProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(ScoreProcessor.class);
    private static final String ERRORS = "errors";

    private final Supplier<PublishedModel> newest;
    private final Supplier<MatrixProduct> product;
    private final DeadLetters deadLetters;

    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<String, byte[]> store;
    private RunningDeviation errors;
    private ImageScorer scorer;
    private ImageDecoder decoder;

    ScoreProcessor(Supplier<PublishedModel> newest, Supplier<MatrixProduct> product, DeadLetters deadLetters) {
        this.newest = newest;
        this.product = product;
        this.deadLetters = deadLetters;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        store = context.getStateStore(ScoreTopology.STORE);
        byte[] state = store.get(ERRORS);
        errors = state == null
                ? new RunningDeviation(ScoreTopology.WINDOW)
                : new RunningDeviation(ScoreTopology.WINDOW, state);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        changeOver();
        RecordMetadata source = context.recordMetadata().orElseThrow();
        String problem = decoder.problem(record.key(), record.value(), record.headers());
        if (problem != null) {
            Headers headers =
                    DeadLetter.headers(record.headers(), source.topic(), source.partition(), source.offset(), problem);
            context.forward(record.withHeaders(headers), ScoreTopology.DEAD_LETTERS);
            deadLetters.onDeadLetter(problem);
            return;
        }
        Score score = scorer.score(record.value(), errors);
        store.put(ERRORS, errors.toBytes()); // cached: the changelog gets the last one of each commit
        context.forward(
                record.withValue(Json.write(score)).withHeaders(headers(record.headers(), score, source)),
                ScoreTopology.SCORES);
    }

    private void changeOver() {
        PublishedModel model = newest.get();
        if (scorer != null && model == scorer.model()) {
            return;
        }
        scorer = new ImageScorer(model, product.get());
        decoder = new ImageDecoder(scorer.pixels());
        LOG.info("scoring by model {} at step {}", model.manifest().model(), model.step());
    }

    private static Headers headers(Headers image, Score score, RecordMetadata source) {
        Headers headers = new RecordHeaders();
        org.apache.kafka.common.header.Header label = image.lastHeader(Header.LABEL);
        if (label != null) {
            headers.add(label);
        }
        headers.add(Header.MODEL, Header.utf8(score.model()));
        headers.add(Header.STEP, Header.utf8(Long.toString(score.step())));
        headers.add(Header.SOURCE, Header.utf8(Header.source(source.topic(), source.partition(), source.offset())));
        return headers;
    }
}
