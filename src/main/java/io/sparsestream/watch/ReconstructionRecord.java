package io.sparsestream.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a record on a topic of reconstructions says, whoever wrote it. */
final class ReconstructionRecord {
    private static final Pattern STEP = Pattern.compile("\\d{1,19}");
    private static final Pattern ERROR = Pattern.compile("\\d{1,40}(?:\\.\\d{1,40})?");

    private ReconstructionRecord() {}

    /**
     * Reads it.
     *
     * @param vectors of the originals, where these are no pictures
     * @param fields names of the inputs; empty if they have none
     * @param originals by {@code topic-partition@offset}
     * @return empty if it is no reconstruction
     */
    static Optional<Reconstruction> read(
            ConsumerRecord<byte[], byte[]> record,
            Optional<ImageDecoder> vectors,
            List<String> fields,
            Function<String, Optional<ConsumerRecord<byte[], byte[]>>> originals) {
        Optional<float[]> numbers = numbers(record);
        if (numbers.isEmpty()
                || numbers.get().length == 0
                || vectors.filter(decoder -> decoder.inputs() != numbers.get().length)
                        .isPresent()) {
            return Optional.empty();
        }
        Optional<ConsumerRecord<byte[], byte[]>> original = originals.apply(text(record, HeaderName.SOURCE));
        return Optional.of(vectors.map(decoder -> ofVector(record, numbers.get(), decoder, fields, original))
                .orElseGet(() -> ofPicture(record, numbers.get(), original)));
    }

    private static Reconstruction ofVector(
            ConsumerRecord<byte[], byte[]> record,
            float[] reconstruction,
            ImageDecoder decoder,
            List<String> fields,
            Optional<ConsumerRecord<byte[], byte[]>> found) {
        Optional<byte[]> original = found.filter(
                        each -> decoder.problem(each.key(), each.value(), each.headers()) == null)
                .map(each -> decoder.numbers(each.value(), each.headers()));
        List<Reconstruction.Value> values = new ArrayList<>();
        for (int j = 0; j < reconstruction.length; j++) {
            int input = j;
            values.add(new Reconstruction.Value(
                    fields.isEmpty() ? Integer.toString(j + 1) : fields.get(j),
                    original.map(each -> Dtype.of(each, decoder.inputs()).number(each, input))
                            .filter(value -> !value.isNaN()),
                    reconstruction[j]));
        }
        return of(record, 0, 0, original, new byte[0], values);
    }

    private static Reconstruction ofPicture(
            ConsumerRecord<byte[], byte[]> record, float[] numbers, Optional<ConsumerRecord<byte[], byte[]>> original) {
        byte[] pixels = Dtype.UINT8.encode(numbers, 0, numbers.length);
        int rows = OriginalImage.rows(String.valueOf(text(record, HeaderName.SHAPE)), pixels.length);
        return of(
                record,
                rows,
                pixels.length / rows,
                original.flatMap(each -> OriginalImage.greys(each, pixels.length)),
                pixels,
                List.of());
    }

    private static Reconstruction of(
            ConsumerRecord<byte[], byte[]> record,
            int rows,
            int columns,
            Optional<byte[]> original,
            byte[] pixels,
            List<Reconstruction.Value> values) {
        return new Reconstruction(
                record.key() == null ? "" : Json.line(new String(record.key(), StandardCharsets.UTF_8)),
                text(record, HeaderName.LABEL),
                number(record, HeaderName.STEP, STEP),
                number(record, HeaderName.MSE, ERROR),
                rows,
                columns,
                original.orElse(null),
                pixels,
                values);
    }

    /** Of any {@link io.sparsestream.message.ReconstructionFormat}; pixels are 0 … 1. */
    private static Optional<float[]> numbers(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        String dtype = text(record, HeaderName.DTYPE);
        if (value == null) {
            return Optional.empty();
        }
        if (InputFormat.Kind.JSON.toString().equals(dtype)) {
            return json(value);
        }
        Dtype binary = Dtype.FLOAT32.toString().equals(dtype) ? Dtype.FLOAT32 : Dtype.UINT8;
        if (value.length % binary.bytes() != 0) {
            return Optional.empty();
        }
        float[] numbers = new float[value.length / binary.bytes()];
        for (int j = 0; j < numbers.length; j++) {
            numbers[j] = binary.number(value, j);
        }
        return Optional.of(numbers);
    }

    private static Optional<float[]> json(byte[] value) {
        JsonNode json;
        try {
            json = Json.tree(value);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        float[] numbers = new float[json.isArray() ? json.size() : 0];
        for (int j = 0; j < numbers.length; j++) {
            numbers[j] = (float) json.get(j).asDouble();
        }
        return Optional.of(numbers);
    }

    /** A header as people may see it: terminals obey control characters; null if there is none. */
    private static String text(ConsumerRecord<byte[], byte[]> record, String header) {
        String text = HeaderName.text(record.headers(), header);
        return text == null ? null : Json.line(text);
    }

    private static String number(ConsumerRecord<byte[], byte[]> record, String header, Pattern pattern) {
        String text = text(record, header);
        return text != null && pattern.matcher(text).matches() ? text : null;
    }
}
