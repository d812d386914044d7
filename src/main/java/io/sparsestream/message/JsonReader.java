package io.sparsestream.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.sparsestream.learn.MiniBatch;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Numbers of a JSON array, or of the named fields of an object; names with dots lead into nested objects. */
final class JsonReader implements NumberReader {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();

    private final List<String> fields;
    private final boolean mayMiss;
    private final Optional<FieldNode> root;
    private final RecurringText labels = new RecurringText();
    private String label = MiniBatch.UNLABELLED;

    JsonReader(InputFormat format) {
        fields = format.fields();
        mayMiss = format.missing() == InputFormat.Missing.MEAN;
        root = fields.isEmpty() ? Optional.empty() : Optional.of(FieldNode.tree(fields, format.labelField()));
    }

    @Override
    public Reason read(byte[] value, float[] into) {
        label = MiniBatch.UNLABELLED;
        Arrays.fill(into, Float.NaN);
        try (JsonParser parser = FACTORY.createParser(value)) {
            JsonToken first = parser.nextToken();
            if (root.isPresent()) {
                if (first != JsonToken.START_OBJECT) {
                    return new Reason(
                            Reason.Kind.MALFORMED,
                            "value is " + name(first) + ", not the JSON object with the fields of --fields");
                }
                object(parser, root.get(), into);
                if (!mayMiss) {
                    requireAll(into);
                }
            } else if (first == JsonToken.START_ARRAY) {
                array(parser, into);
            } else {
                return new Reason(
                        Reason.Kind.MALFORMED,
                        first == JsonToken.START_OBJECT
                                ? "value is a JSON object, of which --fields must name the inputs"
                                : "value is " + name(first) + ", not a JSON array of numbers");
            }
            return parser.nextToken() == null
                    ? null
                    : new Reason(Reason.Kind.MALFORMED, "value goes on behind its JSON");
        } catch (Misfit e) {
            return e.reason();
        } catch (IOException e) {
            return new Reason(Reason.Kind.MALFORMED, "value is not JSON: " + Json.problem(e));
        }
    }

    private void array(JsonParser parser, float[] into) throws IOException, Misfit {
        int count = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (count == into.length) {
                throw new Misfit(Reason.Kind.COUNT, "more than " + into.length + " numbers");
            }
            into[count] = number(parser, token, count);
            count++;
        }
        if (count < into.length) {
            throw new Misfit(Reason.Kind.COUNT, count + " numbers, not " + into.length);
        }
    }

    private void object(JsonParser parser, FieldNode node, float[] into) throws IOException, Misfit {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            FieldNode child = node.child(parser.currentName());
            JsonToken token = parser.nextToken();
            if (child == null) {
                parser.skipChildren();
                continue;
            }
            if (child.isLabel() && token.isScalarValue() && token != JsonToken.VALUE_NULL) {
                label = labels.decode(HeaderName.utf8(parser.getText()));
            }
            if (child.isInput()) {
                into[child.input()] = number(parser, token, child.input());
            } else if (token == JsonToken.START_OBJECT) {
                object(parser, child, into);
            } else {
                parser.skipChildren();
            }
        }
    }

    /** @return NaN where it is null and may be */
    private float number(JsonParser parser, JsonToken token, int input) throws IOException, Misfit {
        if (token == JsonToken.VALUE_NULL) {
            if (mayMiss) {
                return Float.NaN;
            }
            throw new Misfit(Reason.Kind.MISSING, place(input) + " is null");
        }
        if (token == null || !token.isNumeric()) {
            throw new Misfit(Reason.Kind.NOT_A_NUMBER, place(input) + " is " + name(token) + ", not a number");
        }
        float number = (float) parser.getDoubleValue();
        if (!Float.isFinite(number)) {
            throw new Misfit(Reason.Kind.NOT_FINITE, place(input) + " is too large for float32");
        }
        return number;
    }

    private void requireAll(float[] into) throws Misfit {
        for (int i = 0; i < into.length; i++) {
            if (Float.isNaN(into[i])) {
                throw new Misfit(Reason.Kind.MISSING, place(i) + " is missing");
            }
        }
    }

    private String place(int input) {
        return fields.isEmpty() ? "number " + (input + 1) : "field " + fields.get(input);
    }

    private static String name(JsonToken token) {
        if (token == null) {
            return "empty";
        }
        return switch (token) {
            case START_OBJECT -> "a JSON object";
            case START_ARRAY -> "a JSON array";
            case VALUE_STRING -> "a text";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            default -> "a number";
        };
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public int count(byte[] value) {
        if (!fields.isEmpty()) {
            return fields.size();
        }
        try (JsonParser parser = FACTORY.createParser(value)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IllegalArgumentException("value is no JSON array of numbers: name its fields by --fields");
            }
            int count = 0;
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                parser.skipChildren();
                count++;
            }
            return count;
        } catch (IOException e) {
            throw new IllegalArgumentException("value is not JSON", e);
        }
    }
}
