package io.sparsestream.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sparsestream.message.InputFormat.Kind;
import io.sparsestream.message.InputFormat.Label;
import io.sparsestream.message.InputFormat.Missing;
import io.sparsestream.support.Outside;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Whatever an Avro record and its schema are, the record is read, or a line says why not. */
class AvroFuzzTest {
    private static final int INPUTS = 3;
    private static final byte SEPARATOR = 0; // between a schema and a value; no JSON has it

    /** Of what a schema is parsed to. */
    private static final long COPIED = 4000;

    private static final String SCHEMA = """
            {"type": "record", "name": "R", "fields": [
              {"name": "a", "type": ["null", "double"]},
              {"name": "l", "type": {"type": "enum", "name": "E", "symbols": ["x", "y"]}},
              {"name": "more", "type": {"type": "map", "values": {"type": "array", "items": "string"}}},
              {"name": "b", "type": {"type": "record", "name": "B", "fields": [
                {"name": "c", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
                {"name": "next", "type": ["null", "B"]}]}},
              {"name": "d", "type": "long"}]}
            """;

    @FuzzTest
    void value(byte[] value) {
        read(SCHEMA, value, 0);
        read("{\"type\": \"array\", \"items\": [\"null\", \"float\", \"int\"]}", value, 0);
    }

    /** The schema stands before the value. */
    @FuzzTest
    void schema(byte[] both) {
        int end = 0;
        while (end < both.length && both[end] != SEPARATOR) {
            end++;
        }
        read(
                new String(both, 0, end, StandardCharsets.UTF_8),
                Arrays.copyOfRange(both, Math.min(both.length, end + 1), both.length),
                COPIED * both.length);
    }

    /** A registry of one schema. */
    private record One(String schema) implements SchemaSource {
        @Override
        public List<String> schema(int id) {
            return List.of(schema);
        }

        @Override
        public void leave() {}
    }

    private static void read(String schema, byte[] body, long most) {
        byte[] value = new byte[body.length + 5];
        System.arraycopy(body, 0, value, 5, body.length);
        List<String> none = List.of();
        List<String> fields = List.of("a", "b.c", "d");
        for (InputFormat format : List.of(
                new InputFormat(Kind.AVRO, none, new Label.InField("l"), Missing.REFUSED),
                new InputFormat(Kind.AVRO, fields, new Label.InField("l"), Missing.REFUSED),
                new InputFormat(Kind.AVRO, fields, new Label.InField("b.c"), Missing.MEAN))) {
            Outside.read(most, () -> read(format.with(new One(schema)), value), List.of());
        }
    }

    private static boolean read(InputFormat format, byte[] value) {
        RecordHeaders headers = new RecordHeaders();
        ImageDecoder decoder = new ImageDecoder(INPUTS, format);
        Reason problem = decoder.problem(null, value, headers);
        if (problem == null) {
            assertThat(Dtype.of(decoder.numbers(value, headers), INPUTS)).isEqualTo(Dtype.FLOAT32);
            decoder.label(null, value, headers);
        } else {
            Outside.assertIsOneLine(problem.text());
        }
        try {
            assertThat(ImageDecoder.inputs(value, headers, format)).isPositive();
        } catch (IllegalArgumentException e) {
            Outside.assertIsOneLine(e.getMessage());
        }
        return problem == null;
    }
}
