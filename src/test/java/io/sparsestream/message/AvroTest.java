package io.sparsestream.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.message.InputFormat.Kind;
import io.sparsestream.message.InputFormat.Label;
import io.sparsestream.message.InputFormat.Missing;
import io.sparsestream.support.AvroRecords;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroTest {
    private static final Headers NONE = new RecordHeaders();

    /** Of every type that Avro has. */
    private static final String READING = """
            {"type":"record","name":"Reading","fields":[
              {"name":"site","type":"string"},
              {"name":"raw","type":"bytes"},
              {"name":"a","type":"int"},
              {"name":"tags","type":{"type":"map","values":{"type":"array","items":"double"}}},
              {"name":"b","type":["null","double"]},
              {"name":"inner","type":{"type":"record","name":"Inner","fields":[
                {"name":"ok","type":"boolean"},
                {"name":"c","type":["float","null"]},
                {"name":"kind","type":{"type":"enum","name":"K","symbols":["idle","load"]}},
                {"name":"hash","type":{"type":"fixed","name":"H","size":3}}]}},
              {"name":"again","type":["null","Inner"]},
              {"name":"d","type":"long"},
              {"name":"e","type":["string","long","double"]},
              {"name":"history","type":{"type":"array","items":"Inner"}}]}""";

    private static Map<String, Object> inner(Object c) {
        Map<String, Object> inner = new HashMap<>();
        inner.put("ok", true);
        inner.put("c", c);
        inner.put("kind", "load");
        inner.put("hash", new byte[3]);
        return inner;
    }

    private static Map<String, Object> reading() {
        Map<String, Object> reading = new HashMap<>();
        reading.put("site", "north ρ");
        reading.put("raw", ByteBuffer.wrap(new byte[] {1, 2, 3}));
        reading.put("a", -7);
        reading.put("tags", Map.of("x", List.of(1.0, 2.0), "y", List.of()));
        reading.put("b", 2.5);
        reading.put("inner", inner(0.25f));
        reading.put("again", inner(null));
        reading.put("d", 1L << 40);
        reading.put("e", "text");
        reading.put("history", List.of());
        return reading;
    }

    private static Map<String, Object> reading(String name, Object value) {
        Map<String, Object> reading = reading();
        reading.put(name, value);
        return reading;
    }

    private final AvroRecords schemas = new AvroRecords().with(7, READING);

    private ImageDecoder decoder(Missing missing, String label, String... fields) {
        return decoder(fields.length, missing, label, fields);
    }

    private ImageDecoder decoder(int inputs, Missing missing, String label, String... fields) {
        return new ImageDecoder(
                inputs,
                new InputFormat(
                        Kind.AVRO,
                        List.of(fields),
                        label.isEmpty() ? new Label.InHeader() : new Label.InField(label),
                        missing,
                        Optional.of(schemas)));
    }

    private static float[] numbers(ImageDecoder decoder, byte[] value) {
        assertThat(decoder.problem(null, value, NONE)).isNull();
        MiniBatch batch = new MiniBatch(1, decoder.inputs());
        batch.add(decoder.numbers(value, NONE), decoder.label(null, value, NONE));
        return batch.images();
    }

    private static String record(String fields) {
        return "{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}";
    }

    private static String field(String name, String type) {
        return "{\"name\":\"" + name + "\",\"type\":" + type + "}";
    }

    @Test
    void fieldsAreFoundByTheirPathsAmongOthersOfAnyType() {
        ImageDecoder decoder = decoder(Missing.REFUSED, "site", "d", "inner.c", "a", "b");
        Map<String, Object> more = reading("again", null);
        more.put("e", "text");
        more.put("history", List.of(inner(1f), inner(null)));
        for (Map<String, Object> reading : List.of(reading(), more)) {
            byte[] value = schemas.write(7, reading);
            assertThat(numbers(decoder, value)).containsExactly(1L << 40, 0.25f, -7, 2.5f);
            assertThat(decoder.label(null, value, NONE)).isEqualTo("north ρ");
        }
    }

    @Test
    void withoutFieldsAllNumbersOfARecordAreInputsButNotTheLabel() {
        byte[] value = schemas.write(7, reading());
        assertThat(numbers(decoder(3, Missing.REFUSED, ""), value)).containsExactly(-7, 2.5f, 1L << 40);
        ImageDecoder labelled = decoder(2, Missing.REFUSED, "a");
        assertThat(numbers(labelled, value)).containsExactly(2.5f, 1L << 40);
        assertThat(labelled.label(null, value, NONE)).isEqualTo("-7");
        assertThat(decoder(2, Missing.REFUSED, "").problem(null, value, NONE)).hasToString("3 numbers, not 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"float\"", "\"double\"", "\"int\"", "\"long\"", "[\"null\",\"double\"]"})
    void anArrayHasAllInputs(String item) {
        schemas.with(1, "{\"type\":\"array\",\"items\":" + item + "}");
        Schema schema = new Schema.Parser().parse(schemas.schema(1).get(0));
        List<Number> numbers = switch (item) {
            case "\"float\"" -> List.of(3f, 4f);
            case "\"int\"" -> List.of(3, 4);
            case "\"long\"" -> List.of(3L, 4L);
            default -> List.of(3.0, 4.0);
        };
        byte[] value = AvroRecords.write(1, schema, numbers);
        assertThat(numbers(decoder(2, Missing.REFUSED, ""), value)).containsExactly(3, 4);
        assertThat(decoder(1, Missing.REFUSED, "").problem(null, value, NONE)).hasToString("more than 1 numbers");
        assertThat(decoder(3, Missing.REFUSED, "").problem(null, value, NONE)).hasToString("2 numbers, not 3");
        assertThat(count(value)).isEqualTo(2);
    }

    /** Writers may cut an array into blocks, and say the bytes of each so that it can be skipped. */
    @Test
    void blocksOfAnArrayAreReadAndSkipped() {
        schemas.with(1, "{\"type\":\"array\",\"items\":\"int\"}");
        byte[] blocks = bytes(0, 0, 0, 0, 1, 2, 6, 3, 4, 8, 10, 0); // [3], then two in two bytes: [4, 5]
        assertThat(numbers(decoder(3, Missing.REFUSED, ""), blocks)).containsExactly(3, 4, 5);
        assertThat(count(blocks)).isEqualTo(3);
        schemas.with(2, record(field("v", "{\"type\":\"array\",\"items\":\"int\"}") + "," + field("x", "\"int\"")));
        byte[] record = bytes(0, 0, 0, 0, 2, 2, 6, 3, 4, 8, 10, 0, 18);
        assertThat(numbers(decoder(Missing.REFUSED, "", "x"), record)).containsExactly(9);
    }

    private static byte[] bytes(int... values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Arrays.stream(values).forEach(bytes::write);
        return bytes.toByteArray();
    }

    /** Each record is read by the schema that it was written by. */
    @Test
    void schemasMayEvolve() {
        ImageDecoder decoder = decoder(Missing.REFUSED, "class", "speed", "load");
        schemas.with(1, record(field("load", "\"int\"") + "," + field("speed", "\"float\"")));
        schemas.with(
                2,
                record("{\"name\":\"velocity\",\"type\":\"double\",\"aliases\":[\"speed\"]},"
                        + field("new", "\"string\"") + "," + field("class", "\"string\"") + ","
                        + field("load", "[\"null\",\"long\"]")));
        byte[] old = schemas.write(1, Map.of("load", 3, "speed", 0.5f));
        byte[] now = schemas.write(2, Map.of("velocity", 0.75, "new", "x", "class", "y", "load", 4L));
        for (int i = 0; i < 3; i++) {
            assertThat(numbers(decoder, old)).containsExactly(0.5f, 3);
            assertThat(decoder.label(null, old, NONE)).isEqualTo(MiniBatch.UNLABELLED);
            assertThat(numbers(decoder, now)).containsExactly(0.75f, 4);
            assertThat(decoder.label(null, now, NONE)).isEqualTo("y");
        }
        schemas.with(3, record(field("load", "\"int\"")));
        byte[] without = schemas.write(3, Map.of("load", 3));
        assertThat(decoder.problem(null, without, NONE)).hasToString("field speed is missing");
        assertThat(numbers(decoder(Missing.MEAN, "", "speed", "load"), without)).containsExactly(Float.NaN, 3);
    }

    @Test
    void aSchemaMayReferToOthers() {
        schemas.with(
                1,
                "{\"type\":\"record\",\"name\":\"Point\",\"namespace\":\"geo\",\"fields\":[" + field("x", "\"double\"")
                        + "]}",
                record(field("at", "\"geo.Point\"")));
        assertThat(numbers(decoder(Missing.REFUSED, "", "at.x"), schemas.write(1, Map.of("at", Map.of("x", 1.5)))))
                .containsExactly(1.5f);
    }

    @Test
    void aRecordMayBeOneOfAUnionAndMayContainItself() {
        schemas.with(
                1,
                "[\"null\","
                        + record(field("next", "[\"null\",\"R\"]") + "," + field("x", "\"int\"") + ","
                                + field("all", "{\"type\":\"array\",\"items\":\"R\"}"))
                        + "]");
        Map<String, Object> last = new HashMap<>(Map.of("x", 3, "all", List.of()));
        last.put("next", null);
        Schema union = new Schema.Parser().parse(schemas.schema(1).get(0));
        byte[] value = AvroRecords.write(1, union, Map.of("x", 1, "next", last, "all", List.of()));
        assertThat(numbers(decoder(Missing.REFUSED, "", "x", "next.x"), value)).containsExactly(1, 3);
        assertThat(numbers(decoder(1, Missing.REFUSED, ""), value)).containsExactly(1);
        assertThat(decoder(1, Missing.REFUSED, "").problem(null, bytes(0, 0, 0, 0, 1, 0), NONE))
                .hasToString("value is null, not a record or an array of numbers");
        byte[] deep = new byte[100_000];
        Arrays.fill(deep, (byte) 2);
        System.arraycopy(bytes(0, 0, 0, 0, 1), 0, deep, 0, 5);
        assertThat(decoder(Missing.REFUSED, "", "x").problem(null, deep, NONE))
                .hasToString("value is nested more than 256 records deep");
    }

    @ParameterizedTest
    @CsvSource({"12.345", "-0.001", "0", "99999999999999999999.123", "-128"})
    void decimalsAreNumbers(BigDecimal number) {
        schemas.with(
                1,
                record(field("bytes", "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":40,\"scale\":3}")
                        + ","
                        + field(
                                "fixed",
                                "{\"type\":\"fixed\",\"name\":\"F\",\"size\":12,\"logicalType\":\"decimal\","
                                        + "\"precision\":28,\"scale\":3}")));
        BigInteger unscaled = number.setScale(3).unscaledValue();
        byte[] fixed = new byte[12];
        Arrays.fill(fixed, (byte) (unscaled.signum() < 0 ? -1 : 0));
        byte[] some = unscaled.toByteArray();
        System.arraycopy(some, 0, fixed, 12 - some.length, some.length);
        byte[] value = schemas.write(1, Map.of("bytes", ByteBuffer.wrap(some), "fixed", fixed));
        assertThat(numbers(decoder(2, Missing.REFUSED, ""), value))
                .containsExactly(number.floatValue(), number.floatValue());
    }

    @ParameterizedTest
    @CsvSource({
        "string, '\"string\"', a b, a b",
        "enum, '{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"u\",\"v\"]}', v, v",
        "boolean, '\"boolean\"', true, true",
        "nullable, '[\"null\",\"string\"]', a, a",
        "bytes, '\"bytes\"', a, ''"
    })
    void labelsAreOfManyTypes(String name, String type, String value, String label) {
        schemas.with(1, record(field("l", type) + "," + field("x", "\"int\"")));
        Object written = switch (name) {
            case "boolean" -> Boolean.valueOf(value);
            case "bytes" -> ByteBuffer.wrap(HeaderName.utf8(value));
            default -> value;
        };
        ImageDecoder decoder = decoder(Missing.REFUSED, "l", "x");
        byte[] record = schemas.write(1, Map.of("l", written, "x", 5));
        assertThat(numbers(decoder, record)).containsExactly(5);
        assertThat(decoder.label(null, record, NONE)).isEqualTo(label);
    }

    @Test
    void aNumberMayBeTheLabelTooAndALabelMayBeTooLong() {
        byte[] value = schemas.write(7, reading());
        ImageDecoder decoder = decoder(Missing.REFUSED, "a", "a", "b");
        assertThat(numbers(decoder, value)).containsExactly(-7, 2.5f);
        assertThat(decoder.label(null, value, NONE)).isEqualTo("-7");
        byte[] labelled = schemas.write(7, reading("site", "x".repeat(257)));
        assertThat(decoder(Missing.REFUSED, "site", "a").problem(null, labelled, NONE))
                .isEqualTo(new Reason(Reason.Kind.LABEL, "label of 257 bytes, more than 256"));
        byte[] unlabelled = schemas.write(7, reading());
        assertThat(decoder(Missing.REFUSED, "nowhere", "a").label(null, unlabelled, NONE))
                .isEqualTo(MiniBatch.UNLABELLED);
    }

    @Test
    void whatDoesNotFitSaysWhy() {
        assertMisfit("b", null, Reason.Kind.MISSING, "field b is null", "b");
        assertMisfit("b", Double.NaN, Reason.Kind.NOT_FINITE, "field b is NaN", "b");
        assertMisfit("b", 1e39, Reason.Kind.NOT_FINITE, "field b is infinite or too large for float32", "b");
        assertMisfit("b", 1.0, Reason.Kind.MISSING, "field inner.x is missing", "inner.x");
        assertMisfit("b", 1.0, Reason.Kind.MISSING, "field a.b is missing", "a.b");
        assertMisfit("b", 1.0, Reason.Kind.NOT_A_NUMBER, "field site is a text, not a number", "site");
        assertMisfit("b", 1.0, Reason.Kind.NOT_A_NUMBER, "field e is a text, not a number", "e");
        assertMisfit("b", 1.0, Reason.Kind.NOT_A_NUMBER, "field inner is a record, not a number", "inner");
        assertMisfit("b", 1.0, Reason.Kind.NOT_A_NUMBER, "field inner.ok is true or false, not a number", "inner.ok");
        assertMisfit("b", 1.0, Reason.Kind.NOT_A_NUMBER, "field raw is bytes, not a number", "raw");
        String unframed = "value does not begin with a byte 0 and the four bytes of a schema's id";
        assertMisfit(bytes(1, 0, 0, 0, 7), Reason.Kind.MALFORMED, unframed);
        assertMisfit(bytes(0, 0, 0, 7), Reason.Kind.MALFORMED, unframed);
        assertMisfit(new byte[0], Reason.Kind.MALFORMED, unframed);
        assertMisfit(bytes(0, 0, 0, 0, 8), Reason.Kind.SCHEMA, "schema 8 is not known to the schema registry");
        byte[] whole = schemas.write(7, reading());
        assertMisfit(Arrays.copyOf(whole, whole.length - 1), Reason.Kind.MALFORMED, "value ends within its record");
        assertMisfit(Arrays.copyOf(whole, whole.length + 1), Reason.Kind.MALFORMED, "value goes on behind its record");
        schemas.with(9, "{\"type\":\"object\"}");
        assertThat(decoder(1, Missing.REFUSED, "").problem(null, bytes(0, 0, 0, 0, 9), NONE))
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo(Reason.Kind.SCHEMA))
                .satisfies(problem -> assertThat(problem.text()).startsWith("schema 9 is none of Avro: "));
        schemas.with(10, "\"double\"");
        assertMisfit(
                bytes(0, 0, 0, 0, 10),
                Reason.Kind.MALFORMED,
                "value is a number, not the record with the fields of --fields");
    }

    private void assertMisfit(String name, Object value, Reason.Kind kind, String text, String field) {
        assertThat(decoder(Missing.REFUSED, "", field).problem(null, schemas.write(7, reading(name, value)), NONE))
                .isEqualTo(new Reason(kind, text));
    }

    private void assertMisfit(byte[] value, Reason.Kind kind, String text) {
        assertThat(decoder(Missing.REFUSED, "", "a").problem(null, value, NONE)).isEqualTo(new Reason(kind, text));
    }

    @Test
    void whatIsMissingMayBe() {
        ImageDecoder decoder = decoder(Missing.MEAN, "", "b", "inner.c", "a");
        assertThat(numbers(decoder, schemas.write(7, reading("b", null)))).containsExactly(Float.NaN, 0.25f, -7);
        assertThat(numbers(decoder, schemas.write(7, reading("inner", inner(null)))))
                .containsExactly(2.5f, Float.NaN, -7);
        assertThat(numbers(decoder, schemas.write(7, reading("b", Double.NaN)))).containsExactly(Float.NaN, 0.25f, -7);
    }

    private int count(byte[] value) {
        return ImageDecoder.inputs(
                value,
                NONE,
                new InputFormat(Kind.AVRO, List.of(), new Label.InHeader(), Missing.REFUSED, Optional.of(schemas)));
    }

    @Test
    void aRecordTellsHowManyNumbersThereAre() {
        assertThat(count(schemas.write(7, reading()))).isEqualTo(3);
        assertThatThrownBy(() -> count(bytes(0, 0, 0, 0, 8)))
                .hasMessage("schema 8 is not known to the schema registry");
        schemas.with(1, record(field("l", "\"string\"")));
        assertThatThrownBy(() -> count(schemas.write(1, Map.of("l", "x")))).hasMessage("no numbers");
        schemas.with(2, "\"double\"");
        assertThatThrownBy(() -> count(bytes(0, 0, 0, 0, 2)))
                .hasMessage("value is a number, not a record or an array of numbers");
    }

    @Test
    void aRecordMaySayThatItIsOfAvro() {
        Headers avro = new RecordHeaders().add(HeaderName.DTYPE, HeaderName.utf8("avro"));
        byte[] value = schemas.write(7, reading());
        ImageDecoder decoder = new ImageDecoder(
                3, new InputFormat(Kind.AUTO, List.of(), new Label.InHeader(), Missing.REFUSED, Optional.of(schemas)));
        assertThat(decoder.problem(null, value, avro)).isNull();
        assertThat(new ImageDecoder(3, InputFormat.AUTO).problem(null, value, avro))
                .hasToString("dtype is 'avro', not uint8, float32, float64, json or csv");
        assertThatThrownBy(() -> InputFormat.of(Kind.AVRO).withoutSchemas())
                .hasMessageEndingWith("have their schemas in a registry: give its --schema-registry URL");
        assertThatThrownBy(() -> new InputFormat(
                        Kind.JSON, List.of(), new Label.InHeader(), Missing.REFUSED, Optional.of(schemas)))
                .hasMessage("--schema-registry is for the input formats avro and auto, not for json");
    }

    /** Whatever comes is taken or refused with a reason; nothing else happens, and nothing is allocated by what it claims. */
    @Test
    void rubbishIsRefusedInALine() {
        Random random = new Random(7);
        schemas.with(1, "{\"type\":\"array\",\"items\":[\"null\",\"double\",\"int\"]}");
        schemas.with(
                2,
                record(field("nothings", "{\"type\":\"array\",\"items\":\"null\"}") + "," + field("s", "\"string\"")
                        + "," + field("self", "{\"type\":\"array\",\"items\":\"R\"}") + ","
                        + field("x", "\"double\"")));
        byte[][] seeds = {
            schemas.write(7, reading()),
            AvroRecords.write(1, new Schema.Parser().parse(schemas.schema(1).get(0)), List.of(1.0, 2.0, 3.0)),
            schemas.write(2, Map.of("nothings", List.of(), "s", "text", "self", List.of(), "x", 1.0))
        };
        ImageDecoder[] decoders = {
            decoder(Missing.REFUSED, "s", "x"),
            decoder(3, Missing.MEAN, "site"),
            decoder(3, Missing.REFUSED, ""),
            decoder(Missing.REFUSED, "inner.kind", "inner.c", "a", "b")
        };
        int taken = 0;
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long most = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] value = seeds[random.nextInt(seeds.length)].clone();
            for (int change = random.nextInt(4); change > 0; change--) {
                int at = random.nextInt(8) == 0 ? random.nextInt(value.length) : 5 + random.nextInt(value.length - 5);
                int count = Math.min(1 + random.nextInt(9), value.length - at);
                for (int j = 0; j < count; j++) {
                    value[at + j] = (byte) (random.nextBoolean() ? 0xff : random.nextInt(256));
                }
            }
            value = Arrays.copyOf(value, random.nextInt(4) == 0 ? random.nextInt(value.length + 1) : value.length);
            ImageDecoder decoder = decoders[random.nextInt(decoders.length)];
            long before = thread.getThreadAllocatedBytes(Thread.currentThread().getId());
            Reason problem = decoder.problem(null, value, NONE);
            most = Math.max(
                    most, thread.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
            if (problem == null) {
                taken++;
                assertThat(decoder.numbers(value, NONE)).hasSize(4 * decoder.inputs());
            } else {
                assertThat(problem.text()).isNotBlank().doesNotContain("\n", "\r");
            }
        }
        assertThat(taken).as("values that were taken").isBetween(1_000, 150_000);
        assertThat(most).as("bytes that one value had allocated").isLessThan(10_000_000);
    }

    @Test
    void nothingIsAllocatedForARecordThatFits() {
        ImageDecoder decoder = decoder(Missing.REFUSED, "", "d", "inner.c", "a", "b");
        byte[][] values = {schemas.write(7, reading()), schemas.write(7, reading("d", 3L))};
        for (int i = 0; i < 20_000; i++) {
            assertThat(decoder.problem(null, values[i & 1], NONE) == null).isTrue();
        }
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getThreadAllocatedBytes(Thread.currentThread().getId());
        int misfits = 0;
        for (int i = 0; i < 10_000; i++) {
            misfits += decoder.problem(null, values[i & 1], NONE) == null ? 0 : 1;
        }
        long allocated = thread.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(misfits).isZero();
        assertThat(allocated / 10_000).as("bytes for a record").isZero();
    }

    /** What no length of a value may do: claim 2^62 nothings, or a text of 2^40 bytes. */
    @Test
    void lengthsAreNotBelieved() {
        schemas.with(
                1,
                record(field("n", "{\"type\":\"array\",\"items\":\"null\"}") + "," + field("s", "\"string\"") + ","
                        + field("x", "\"int\"")));
        ImageDecoder decoder = decoder(Missing.REFUSED, "s", "x");
        int[] many = {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}; // 2^62 - 1
        byte[] value = bytes(0, 0, 0, 0, 1);
        ByteArrayOutputStream nothings = new ByteArrayOutputStream();
        nothings.writeBytes(value);
        nothings.writeBytes(bytes(many));
        nothings.writeBytes(bytes(0, 2, 'a', 10));
        assertThat(numbers(decoder, nothings.toByteArray())).containsExactly(5);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(value);
        text.write(0);
        text.writeBytes(bytes(many));
        assertThat(decoder.problem(null, text.toByteArray(), NONE)).hasToString("value ends within its record");
        assertThat(decoder.problem(null, bytes(0, 0, 0, 0, 1, 0, 1), NONE)).hasToString("value has a negative length");
    }
}
