package io.sparsestream.message;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sparsestream.learn.ActivationKind;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.InputScale;
import io.sparsestream.learn.Names;
import io.sparsestream.learn.OutputKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** UTF-8 JSON of the messages' records, and of whatever else is told to programs. NaN and infinities are null in it. */
public final class Json {
    private static final int LONGEST_PROBLEM = 300; // characters

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .addDecorator((factory, generator) -> new FiniteNumbers(generator))
                    .build())
            .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
            .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
            .addMixIn(Hyperparameters.class, Kinds.class)
            .addMixIn(ActivationKind.class, Text.class)
            .addMixIn(InputScale.class, Scale.class)
            // Manifests once had one beta for all layers.
            .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            .build();

    /** What every model had before there were others is left out, so that older versions read the manifests of such models. */
    @SuppressWarnings("UnusedMethod") // Jackson reads them
    private interface Kinds {
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Default.class)
        List<ActivationKind> activation();

        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Default.class)
        OutputKind output();

        @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        double lambda();

        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Default.class)
        InputScale scale();

        @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean robust();
    }

    /** Is equal to what is left out. */
    static final class Default {
        @Override
        public boolean equals(Object value) {
            return List.of(ActivationKind.SIGMOID).equals(value)
                    || value == OutputKind.SIGMOID
                    || InputScale.NONE.equals(value);
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    /** A value that is written as its text form. */
    private abstract static class Text {
        @JsonCreator
        static ActivationKind of(String text) {
            return ActivationKind.of(text);
        }

        @Override
        @JsonValue
        public abstract String toString();
    }

    /** What follows from the others is left out. */
    @SuppressWarnings("UnusedMethod") // Jackson reads it
    private interface Scale {
        @JsonIgnore
        boolean isGiven();
    }

    private static final ObjectReader TREES = MAPPER.reader()
            .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + value, e);
        }
    }

    /** With a line for each value, for people. */
    public static byte[] pretty(Object value) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + value, e);
        }
    }

    /**
     * What a person may have written: nothing is dropped unnoticed.
     *
     * @throws IllegalArgumentException if the bytes are not JSON, have a name twice, or go on behind the first value
     */
    public static JsonNode tree(byte[] json) {
        try {
            return TREES.readTree(json);
        } catch (MismatchedInputException e) {
            throw new IllegalArgumentException("not JSON: more follows behind the first value", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON: " + problem(e), e);
        }
    }

    /** What others wrote, as a line that is not too long. */
    public static String line(String text) {
        return Names.cut(text, LONGEST_PROBLEM);
    }

    /** What is wrong with bytes that are no JSON, or no characters, in one line. */
    static String problem(IOException failure) {
        String text =
                failure instanceof JsonProcessingException json ? json.getOriginalMessage() : failure.getMessage();
        return line(text.split(" \\(start marker", 2)[0]);
    }

    public static String text(Object value) {
        return new String(write(value), StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException if the text is not such a record */
    public static <T> T read(String json, Class<T> type) {
        return read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    /** @throws IllegalArgumentException if the bytes are not such a record */
    public static <T> T read(byte[] json, Class<T> type) {
        try {
            T found = MAPPER.readValue(json, type);
            if (found == null) {
                throw new IllegalArgumentException("not the JSON of a " + type.getSimpleName() + ": it is only null");
            }
            return found;
        } catch (IOException e) {
            throw new IllegalArgumentException("not the JSON of a " + type.getSimpleName() + ": " + reason(e), e);
        }
    }

    /** What a record says of its values, or else what Jackson says, without the place in the text. */
    private static String reason(IOException failure) {
        if (failure instanceof ValueInstantiationException && failure.getCause() != null) {
            return failure.getCause() instanceof IllegalArgumentException refusal
                    ? line(refusal.getMessage())
                    : "a part of it is missing";
        }
        return problem(failure);
    }

    /** JSON has neither NaN nor infinities; Jackson would write them as text. */
    private static final class FiniteNumbers extends JsonGeneratorDelegate {
        FiniteNumbers(JsonGenerator generator) {
            super(generator, false);
        }

        @Override
        public void writeNumber(double value) throws IOException {
            if (Double.isFinite(value)) {
                super.writeNumber(value);
            } else {
                writeNull();
            }
        }

        @Override
        public void writeNumber(float value) throws IOException {
            if (Float.isFinite(value)) {
                super.writeNumber(value);
            } else {
                writeNull();
            }
        }

        @Override
        public void writeArray(double[] values, int offset, int length) throws IOException {
            writeStartArray(values, length);
            for (int i = offset; i < offset + length; i++) {
                writeNumber(values[i]);
            }
            writeEndArray();
        }
    }
}
