package io.sparsestream.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.learn.MiniBatch;
import io.sparsestream.message.InputFormat.Kind;
import io.sparsestream.message.InputFormat.Label;
import io.sparsestream.message.InputFormat.Missing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InputFormatTest {
    private static final Headers NONE = new RecordHeaders();

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ImageDecoder decoder(int inputs, Kind kind) {
        return new ImageDecoder(inputs, InputFormat.of(kind));
    }

    private static ImageDecoder named(Kind kind, Missing missing, String label, String... fields) {
        return new ImageDecoder(
                fields.length, new InputFormat(kind, List.of(fields), new Label.InField(label), missing));
    }

    private static float[] numbers(ImageDecoder decoder, byte[] value, Headers headers) {
        assertThat(decoder.problem(null, value, headers)).isNull();
        MiniBatch batch = new MiniBatch(1, decoder.inputs());
        batch.add(decoder.numbers(value, headers), decoder.label(null, value, headers));
        return batch.images();
    }

    private static float[] numbers(ImageDecoder decoder, String value) {
        return numbers(decoder, utf8(value), NONE);
    }

    private static String text(Reason problem) {
        return problem == null ? null : problem.text();
    }

    private static String problem(ImageDecoder decoder, String value) {
        return text(decoder.problem(null, utf8(value), NONE));
    }

    @Nested
    class Binary {
        @Test
        void floatsAndDoublesAreTakenAsTheyAre() {
            float[] values = {-3.5f, 0, 1e30f};
            assertThat(numbers(decoder(3, Kind.FLOAT32), Dtype.FLOAT32.encode(values, 0, 3), NONE))
                    .containsExactly(values);
            assertThat(numbers(decoder(3, Kind.FLOAT64), Dtype.FLOAT64.encode(values, 0, 3), NONE))
                    .containsExactly(values);
        }

        @Test
        void eachRecordMaySayWhatItIs() {
            ImageDecoder decoder = new ImageDecoder(2, InputFormat.AUTO);
            float[] values = {0.2f, 0.4f};
            for (Dtype dtype : Dtype.values()) {
                assertThat(numbers(decoder, dtype.encode(values, 0, 2), dtype(dtype.toString())))
                        .containsExactly(values);
            }
            assertThat(numbers(decoder, utf8("[0.2, 0.4]"), dtype("json"))).containsExactly(values);
            assertThat(numbers(decoder, utf8("0.2,0.4"), dtype("csv"))).containsExactly(values);
            assertThat(numbers(decoder, new byte[] {51, 102}, NONE)).containsExactly(values);
            assertThat(decoder.problem(null, new byte[4], dtype("int16")))
                    .hasToString("dtype is 'int16', not uint8, float32, float64, json or csv");
        }

        /** Bytes of floats were once learned from as grey values. */
        @Test
        void whatSaysThatItIsSomethingElseIsRefused() {
            assertThat(decoder(4, Kind.UINT8).problem(null, new byte[4], dtype("float32")))
                    .hasToString("dtype is 'float32', not uint8");
            assertThat(decoder(4, Kind.FLOAT32).problem(null, new byte[16], dtype("uint8")))
                    .hasToString("dtype is 'uint8', not float32");
        }

        @ParameterizedTest
        @CsvSource({"NaN, number 2 is NaN", "Infinity, number 2 is infinite or too large for float32"})
        void onlyFiniteNumbersAreTaken(float bad, String reason) {
            float[] values = {1, bad};
            assertThat(decoder(2, Kind.FLOAT32).problem(null, Dtype.FLOAT32.encode(values, 0, 2), NONE))
                    .hasToString(reason);
            assertThat(decoder(2, Kind.FLOAT64).problem(null, Dtype.FLOAT64.encode(values, 0, 2), NONE))
                    .hasToString(reason);
        }

        @Test
        void ofAnotherLengthItIsRefused() {
            assertThat(decoder(2, Kind.FLOAT32).problem(null, new byte[7], NONE))
                    .hasToString("value of 7 bytes, not 8");
        }

        @Test
        void shapesOfAnyRankAreTakenIfTheyHaveAsManyNumbers() {
            ImageDecoder decoder = decoder(12, Kind.UINT8);
            for (String shape : List.of("12", "3x4", "2x2x3", "1x12")) {
                assertThat(decoder.problem(null, new byte[12], shape(shape))).isNull();
            }
            for (String shape : List.of("11", "3x5", "x12", "3x", "999999999x999999999x999999999", "-3x-4", "")) {
                assertThat(decoder.problem(null, new byte[12], shape(shape)))
                        .hasToString("shape '" + shape + "' is not of 12 numbers");
            }
        }
    }

    @Nested
    class OfJson {
        @Test
        void anArrayHasAllInputs() {
            assertThat(numbers(decoder(4, Kind.JSON), " [1, -2.5e-3, 0.1, 7]\n"))
                    .containsExactly(1, -2.5e-3f, 0.1f, 7);
        }

        @Test
        void fieldsAreNamedByTheirPaths() {
            ImageDecoder decoder = named(Kind.JSON, Missing.REFUSED, "meta.class", "b.c", "a");
            String value = "{\"x\":[1,{\"a\":9}],\"a\":1.5,\"b\":{\"d\":{},\"c\":2},\"meta\":{\"class\":\"pump 3 ρ\"}}";
            assertThat(numbers(decoder, value)).containsExactly(2, 1.5f);
            assertThat(decoder.label(null, utf8(value), NONE)).isEqualTo("pump 3 ρ");
        }

        @Test
        void aNumberMayBeTheLabelToo() {
            ImageDecoder decoder = named(Kind.JSON, Missing.REFUSED, "y", "y", "x");
            assertThat(numbers(decoder, "{\"x\":1,\"y\":3}")).containsExactly(3, 1);
            assertThat(decoder.label(null, utf8("{\"x\":1,\"y\":3}"), NONE)).isEqualTo("3");
        }

        @Test
        void whatDoesNotFitSaysWhy() {
            ImageDecoder array = decoder(2, Kind.JSON);
            assertThat(problem(array, "[1]")).isEqualTo("1 numbers, not 2");
            assertThat(problem(array, "[1,2,3]")).isEqualTo("more than 2 numbers");
            assertThat(problem(array, "[1,\"2\"]")).isEqualTo("number 2 is a text, not a number");
            assertThat(problem(array, "[1,null]")).isEqualTo("number 2 is null");
            assertThat(problem(array, "[1,1e39]")).isEqualTo("number 2 is too large for float32");
            assertThat(problem(array, "[1,2] [3,4]")).isEqualTo("value goes on behind its JSON");
            assertThat(problem(array, "{\"a\":1}"))
                    .isEqualTo("value is a JSON object, of which --fields must name the inputs");
            assertThat(problem(array, "")).isEqualTo("value is empty, not a JSON array of numbers");
            assertThat(problem(array, "[1,")).startsWith("value is not JSON: ");
            assertThat(problem(array, "[1,NaN]")).startsWith("value is not JSON: ");
            ImageDecoder object = named(Kind.JSON, Missing.REFUSED, "z", "a", "b.c");
            assertThat(problem(object, "{\"a\":1}")).isEqualTo("field b.c is missing");
            assertThat(problem(object, "{\"a\":1,\"a\":2}")).isEqualTo("field b.c is missing");
            assertThat(problem(object, "{\"a\":true,\"b\":{\"c\":1}}"))
                    .isEqualTo("field a is true or false, not a number");
            assertThat(problem(object, "[1,2]"))
                    .isEqualTo("value is a JSON array, not the JSON object with the fields of --fields");
        }

        @Test
        void whatIsMissingMayBe() {
            ImageDecoder decoder = named(Kind.JSON, Missing.MEAN, "z", "a", "b.c");
            assertThat(numbers(decoder, "{\"b\":{\"c\":4}}")).containsExactly(Float.NaN, 4);
            assertThat(numbers(decoder, "{\"a\":null,\"b\":{\"c\":4}}")).containsExactly(Float.NaN, 4);
            assertThat(problem(decoder, "{\"a\":\"\",\"b\":{\"c\":4}}")).isEqualTo("field a is a text, not a number");
        }
    }

    @Nested
    class OfCsv {
        @Test
        void allColumnsAreInputsUnlessOneIsTheLabel() {
            assertThat(numbers(decoder(3, Kind.CSV), "1, -2.5 ,\"3\"\r\n")).containsExactly(1, -2.5f, 3);
            ImageDecoder labelled =
                    new ImageDecoder(2, new InputFormat(Kind.CSV, List.of(), new Label.InField("2"), Missing.REFUSED));
            assertThat(numbers(labelled, "1,\"Größe \"\"L\"\", rot\",3")).containsExactly(1, 3);
            assertThat(labelled.label(null, utf8("1,\"Größe \"\"L\"\", rot\",3"), NONE))
                    .isEqualTo("Größe \"L\", rot");
        }

        @Test
        void columnsAreNamedByTheirNumbers() {
            assertThat(numbers(named(Kind.CSV, Missing.REFUSED, "4", "3", "1"), "1,x,3,y"))
                    .containsExactly(3, 1);
            assertThatThrownBy(() -> named(Kind.CSV, Missing.REFUSED, "4", "temperature"))
                    .hasMessage("--fields of csv records takes column numbers from 1 on, not 'temperature'");
            assertThatThrownBy(() -> named(Kind.CSV, Missing.REFUSED, "0", "1"))
                    .hasMessage("--label-field of csv records takes column numbers from 1 on, not '0'");
        }

        @Test
        void whatDoesNotFitSaysWhy() {
            ImageDecoder decoder = decoder(2, Kind.CSV);
            assertThat(problem(decoder, "1")).isEqualTo("1 numbers, not 2");
            assertThat(problem(decoder, "1,2,3")).isEqualTo("more than 2 numbers");
            assertThat(problem(decoder, "1,two")).isEqualTo("column 2 is 'two', not a number");
            assertThat(problem(decoder, "1,")).isEqualTo("column 2 is empty");
            assertThat(problem(decoder, "")).isEqualTo("column 1 is empty");
            assertThat(problem(decoder, "1,\"2")).isEqualTo("column 2 has a quotation mark that is not closed");
            assertThat(problem(decoder, "\"1\"2,3")).isEqualTo("column 1 goes on behind its quotation mark");
            assertThat(problem(decoder, "1,2\n3,4")).isEqualTo("value has more than one line");
            assertThat(problem(decoder, "1,NaN")).isEqualTo("column 2 is 'NaN', not a finite number of float32");
            assertThat(problem(decoder, "1,1e39")).isEqualTo("column 2 is '1e39', not a finite number of float32");
        }

        @Test
        void whatIsMissingMayBe() {
            ImageDecoder decoder =
                    new ImageDecoder(3, new InputFormat(Kind.CSV, List.of(), new Label.InHeader(), Missing.MEAN));
            assertThat(numbers(decoder, "1,,3")).containsExactly(1, Float.NaN, 3);
        }
    }

    @Test
    void theKeyMayBeTheLabel() {
        ImageDecoder decoder =
                new ImageDecoder(1, new InputFormat(Kind.JSON, List.of(), new Label.InKey(), Missing.REFUSED));
        assertThat(decoder.label(utf8("sensor 9"), utf8("[1]"), NONE)).isEqualTo("sensor 9");
        assertThat(decoder.label(null, utf8("[1]"), NONE)).isEqualTo(MiniBatch.UNLABELLED);
        assertThat(decoder.problem(new byte[257], utf8("[1]"), NONE)).hasToString("label of 257 bytes, more than 256");
    }

    @Test
    void aRecordTellsHowManyNumbersThereAre() {
        assertThat(ImageDecoder.inputs(new byte[36], NONE, InputFormat.of(Kind.FLOAT32)))
                .isEqualTo(9);
        assertThat(ImageDecoder.inputs(utf8("[1,2,3]"), NONE, InputFormat.of(Kind.JSON)))
                .isEqualTo(3);
        assertThat(ImageDecoder.inputs(utf8("1,2,3,4\n"), NONE, InputFormat.of(Kind.CSV)))
                .isEqualTo(4);
        assertThatThrownBy(() -> ImageDecoder.inputs(utf8("{}"), NONE, InputFormat.of(Kind.JSON)))
                .hasMessage("value is no JSON array of numbers: name its fields by --fields");
        assertThatThrownBy(() -> ImageDecoder.inputs(null, NONE, InputFormat.of(Kind.CSV)))
                .hasMessage("no value");
    }

    @Test
    void fieldsAreForText() {
        assertThatThrownBy(() -> new InputFormat(Kind.FLOAT32, List.of("a"), new Label.InHeader(), Missing.REFUSED))
                .hasMessageContaining("--fields and --label-field are for json, csv and avro");
    }

    /** Metrics count dead letters by these. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "JSON | [1,2,3]        | count",
                "JSON | [1]            | count",
                "JSON | [1,null]       | missing",
                "JSON | [1,true]       | not a number",
                "JSON | [1,1e39]       | not finite",
                "JSON | [1,2           | malformed",
                "JSON | [1,2] 3        | malformed",
                "JSON | {\"a\":1}    | malformed",
                "CSV  | 1,2,3          | count",
                "CSV  | 1              | count",
                "CSV  | 1,             | missing",
                "CSV  | 1,two          | not a number",
                "CSV  | 1,NaN          | not finite",
                "CSV  | '1,\"2'       | malformed",
                "FLOAT32 | 1234        | length",
                "FLOAT64 | 1234        | length",
                "UINT8 | 123           | length",
                "UINT8 |               | no value",
            })
    void eachReasonSaysOfWhatKindItIs(Kind kind, String value, String reason) {
        byte[] bytes = value == null ? null : utf8(value);
        assertThat(decoder(2, kind).problem(null, bytes, NONE).kind()).hasToString(reason);
    }

    @Test
    void reasonsOfKeyAndHeadersSayOfWhatKindTheyAre() {
        ImageDecoder decoder = decoder(2, Kind.AUTO);
        byte[] good = new byte[2];
        assertThat(decoder.problem(null, good, dtype("int16")).kind()).isEqualTo(Reason.Kind.DTYPE);
        assertThat(decoder.problem(null, good, shape("3")).kind()).isEqualTo(Reason.Kind.SHAPE);
        assertThat(decoder.problem(new byte[4097], good, NONE).kind()).isEqualTo(Reason.Kind.KEY);
        Headers label = new RecordHeaders().add(HeaderName.LABEL, new byte[257]);
        assertThat(decoder.problem(null, good, label).kind()).isEqualTo(Reason.Kind.LABEL);
        byte[] numbers = Dtype.FLOAT32.encode(new float[] {1, Float.NaN}, 0, 2);
        assertThat(decoder.problem(null, numbers, dtype("float32")).kind()).isEqualTo(Reason.Kind.NOT_FINITE);
        ImageDecoder object = named(Kind.JSON, Missing.REFUSED, "l", "a", "b");
        assertThat(object.problem(null, utf8("{\"a\":1}"), NONE).kind()).isEqualTo(Reason.Kind.MISSING);
        assertThat(object.problem(null, utf8("[1,2]"), NONE).kind()).isEqualTo(Reason.Kind.MALFORMED);
    }

    /** Whatever comes is taken or refused with a reason; nothing else happens. */
    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "AVRO") // of AvroTest
    void rubbishIsRefusedInALine(Kind kind) {
        Random random = new Random(7);
        InputFormat format = InputFormat.of(kind);
        ImageDecoder decoder = new ImageDecoder(3, format);
        String[] seeds = {"[1,2,3]", "1,2,3", "{\"a\":{\"b\":[1]}}", "\"1\",\"2\",3", "[1e5,-0.0,3E-7]"};
        int taken = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] value = utf8(seeds[random.nextInt(seeds.length)]);
            for (int change = random.nextInt(4); change > 0; change--) {
                value[random.nextInt(value.length)] = (byte)
                        (random.nextBoolean()
                                ? random.nextInt(256)
                                : "[]{},\"0129.eE+-\n\r\\".charAt(random.nextInt(18)));
            }
            value = Arrays.copyOf(value, random.nextInt(value.length + 1));
            if (random.nextInt(4) == 0) {
                value = new byte[3 * (1 << random.nextInt(4))];
                random.nextBytes(value);
            }
            Headers headers = random.nextInt(4) == 0 ? dtype(kind.toString().toLowerCase(Locale.ROOT)) : NONE;
            String problem = text(decoder.problem(null, value, headers));
            if (problem == null) {
                taken++;
                assertThat(numbers(decoder, value, headers)).hasSize(3).doesNotContain(Float.NaN);
            } else {
                assertThat(problem).isNotBlank().doesNotContain("\n", "\r");
            }
        }
        assertThat(taken).as("values that were taken").isPositive();
    }

    private static Headers dtype(String name) {
        return new RecordHeaders().add(HeaderName.DTYPE, utf8(name));
    }

    private static Headers shape(String shape) {
        return new RecordHeaders().add(HeaderName.SHAPE, utf8(shape));
    }
}
