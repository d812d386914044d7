package io.sparsestream.message;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Makes the steps through the values of a schema: which numbers become inputs, what is the label, and what is skipped. */
final class AvroPlan {
    private final FieldNode fields;
    private final boolean allAreInputs;
    private final AvroNumbers target;
    private final IdentityHashMap<Schema, AvroStep> skippedRecords =
            new IdentityHashMap<>(); // which may contain themselves
    private final IdentityHashMap<Schema, Boolean> emptyRecords =
            new IdentityHashMap<>(); // which many others may contain

    /**
     * For records of one schema.
     *
     * @param fields that are looked for
     * @param allAreInputs whether all numbers are inputs, in their order, but that of the label
     * @param target takes what is read
     */
    AvroPlan(FieldNode fields, boolean allAreInputs, AvroNumbers target) {
        this.fields = fields;
        this.allAreInputs = allAreInputs;
        this.target = target;
    }

    /** The step that reads a whole value. */
    AvroStep root(Schema schema) {
        return switch (schema.getType()) {
            case UNION -> choice(schema.getTypes().stream().map(this::root));
            case RECORD -> allAreInputs ? allFields(schema) : record(schema, fields);
            case ARRAY ->
                allAreInputs && isNumeric(schema.getElementType()) ? array(schema) : refused(noNumbers(schema));
            default -> refused(noNumbers(schema));
        };
    }

    private Misfit noNumbers(Schema schema) {
        return new Misfit(
                Reason.Kind.MALFORMED,
                "value is " + name(schema)
                        + (allAreInputs
                                ? ", not a record or an array of numbers"
                                : ", not the record with the fields of --fields"));
    }

    private AvroStep allFields(Schema record) {
        List<AvroStep> steps = new ArrayList<>();
        int inputs = 0;
        for (Schema.Field field : record.getFields()) {
            FieldNode node = node(fields, field);
            if (node == null && isNumeric(field.schema())) {
                steps.add(number(field.schema(), inputs++, "field " + field.name()));
            } else {
                steps.add(field(field.schema(), node));
            }
        }
        if (inputs != target.inputs()) {
            return refused(new Misfit(Reason.Kind.COUNT, inputs + " numbers, not " + target.inputs()));
        }
        return inOrder(steps);
    }

    /**
     * Numbers of a value of which all are inputs.
     *
     * @throws Misfit if it has none by its schema, or is cut off
     */
    long count(Schema schema, AvroBody body) throws Misfit {
        return switch (schema.getType()) {
            case UNION ->
                count(schema.getTypes().get(body.readChoice(schema.getTypes().size())), body);
            case RECORD ->
                schema.getFields().stream()
                        .filter(field -> node(fields, field) == null && isNumeric(field.schema()))
                        .count();
            case ARRAY -> {
                if (!isNumeric(schema.getElementType())) {
                    throw noNumbers(schema);
                }
                AvroStep item = skip(schema.getElementType());
                long count = 0;
                for (long block = body.enterBlock(); block > 0; block = body.enterBlock()) {
                    for (long i = 0; i < block; i++) {
                        item.take(body);
                        count++;
                    }
                }
                yield count;
            }
            default -> throw noNumbers(schema);
        };
    }

    private AvroStep array(Schema schema) {
        AvroStep[] items = new AvroStep[target.inputs()];
        for (int i = 0; i < items.length; i++) {
            items[i] = number(schema.getElementType(), i, "number " + (i + 1));
        }
        return body -> {
            long count = 0;
            for (long block = body.enterBlock(); block > 0; block = body.enterBlock()) {
                if (block > items.length - count) {
                    throw new Misfit(Reason.Kind.COUNT, "more than " + items.length + " numbers");
                }
                for (long i = 0; i < block; i++) {
                    items[(int) count++].take(body);
                }
            }
            if (count < items.length) {
                throw new Misfit(Reason.Kind.COUNT, count + " numbers, not " + items.length);
            }
        };
    }

    /** By its name, else by one that it once had. */
    private static FieldNode node(FieldNode parent, Schema.Field field) {
        FieldNode node = parent.child(field.name());
        if (node != null) {
            return node;
        }
        return field.aliases().stream()
                .map(parent::child)
                .filter(found -> found != null)
                .findFirst()
                .orElse(null);
    }

    private AvroStep record(Schema record, FieldNode parent) {
        return inOrder(record.getFields().stream()
                .map(field -> field(field.schema(), node(parent, field)))
                .toList());
    }

    /** @param node null if nobody asks for it */
    private AvroStep field(Schema schema, FieldNode node) {
        if (node == null) {
            return skip(schema);
        }
        if (node.isInput() && node.isLabel()) {
            AvroStep label = label(schema);
            AvroStep number = number(schema, node.input(), target.place(node.input()));
            return body -> {
                int position = body.position();
                label.take(body);
                body.moveTo(position);
                number.take(body);
            };
        }
        if (node.isInput()) {
            return number(schema, node.input(), target.place(node.input()));
        }
        return node.isLabel() ? label(schema) : within(schema, node);
    }

    private AvroStep within(Schema schema, FieldNode node) {
        return switch (schema.getType()) {
            case RECORD -> record(schema, node);
            case UNION -> choice(schema.getTypes().stream().map(type -> within(type, node)));
            default -> skip(schema);
        };
    }

    private AvroStep number(Schema schema, int input, String place) {
        return switch (schema.getType()) {
            case INT, LONG -> body -> target.number(input, body.readWhole(), place);
            case FLOAT -> body -> target.number(input, body.readFloat(), place);
            case DOUBLE -> body -> target.number(input, body.readDouble(), place);
            case NULL -> body -> target.missing(place);
            case UNION -> choice(schema.getTypes().stream().map(type -> number(type, input, place)));
            case BYTES, FIXED -> isDecimal(schema) ? decimal(schema, input, place) : noNumber(schema, place);
            default -> noNumber(schema, place);
        };
    }

    private static AvroStep noNumber(Schema schema, String place) {
        return refused(new Misfit(Reason.Kind.NOT_A_NUMBER, place + " is " + name(schema) + ", not a number"));
    }

    private AvroStep decimal(Schema schema, int input, String place) {
        int scale = ((LogicalTypes.Decimal) schema.getLogicalType()).getScale();
        double unit = Double.parseDouble("1e" + scale); // to the last bit, unlike a product
        return schema.getType() == Schema.Type.FIXED
                ? body -> target.number(input, body.readUnscaled(schema.getFixedSize()) / unit, place)
                : body -> target.number(input, body.readUnscaled(body.readWhole()) / unit, place);
    }

    private static boolean isDecimal(Schema schema) {
        return schema.getLogicalType() instanceof LogicalTypes.Decimal;
    }

    private static boolean isNumeric(Schema schema) {
        return switch (schema.getType()) {
            case INT, LONG, FLOAT, DOUBLE -> true;
            case BYTES, FIXED -> isDecimal(schema);
            case UNION ->
                schema.getTypes().stream().allMatch(type -> type.getType() == Schema.Type.NULL || isNumeric(type))
                        && schema.getTypes().stream().anyMatch(AvroPlan::isNumeric);
            default -> false;
        };
    }

    private AvroStep label(Schema schema) {
        return switch (schema.getType()) {
            case STRING -> body -> target.label(body.read(body.readWhole()));
            case ENUM -> {
                List<String> symbols = schema.getEnumSymbols();
                yield body -> target.label(symbols.get(body.readChoice(symbols.size())));
            }
            case INT, LONG -> body -> target.label(Long.toString(body.readWhole()));
            case BOOLEAN -> body -> target.label(Boolean.toString(body.readBoolean()));
            case FLOAT -> body -> target.label(Float.toString(body.readFloat()));
            case DOUBLE -> body -> target.label(Double.toString(body.readDouble()));
            case UNION -> choice(schema.getTypes().stream().map(this::label));
            default -> skip(schema);
        };
    }

    private AvroStep skip(Schema schema) {
        if (isEmpty(schema)) {
            return body -> {}; // however many values of no bytes it has
        }
        return switch (schema.getType()) {
            case NULL -> body -> {};
            case BOOLEAN -> body -> body.skip(1);
            case INT, LONG -> AvroBody::readWhole;
            case FLOAT -> body -> body.skip(Float.BYTES);
            case DOUBLE -> body -> body.skip(Double.BYTES);
            case BYTES, STRING -> body -> body.skip(body.readWhole());
            case FIXED -> {
                int size = schema.getFixedSize();
                yield body -> body.skip(size);
            }
            case ENUM -> {
                int symbols = schema.getEnumSymbols().size();
                yield body -> body.readChoice(symbols);
            }
            case ARRAY -> skipItems(schema.getElementType());
            case MAP -> {
                AvroStep item = skip(schema.getValueType());
                yield items(body -> {
                    body.skip(body.readWhole());
                    item.take(body);
                });
            }
            case UNION -> choice(schema.getTypes().stream().map(this::skip));
            case RECORD -> skipRecord(schema);
        };
    }

    private AvroStep skipItems(Schema item) {
        AvroStep step = skip(item);
        return isEmpty(item) ? AvroPlan::skipNothings : items(step);
    }

    /** Items that take no bytes: as many as they claim to be, there is nothing to do for each. */
    private static void skipNothings(AvroBody body) throws Misfit {
        while (body.skipBlock() != 0) {}
    }

    private static AvroStep items(AvroStep item) {
        return body -> {
            for (long block = body.skipBlock(); block != 0; block = body.skipBlock()) {
                for (long i = 0; i < block; i++) {
                    item.take(body);
                }
            }
        };
    }

    /** Whether a value takes no bytes. */
    private boolean isEmpty(Schema schema) {
        return switch (schema.getType()) {
            case NULL -> true;
            case FIXED -> schema.getFixedSize() == 0;
            case RECORD -> {
                Boolean known = emptyRecords.get(schema);
                if (known == null) {
                    emptyRecords.put(schema, false); // as long as it is not known: what contains itself has no end
                    known = schema.getFields().stream().allMatch(field -> isEmpty(field.schema()));
                    emptyRecords.put(schema, known);
                }
                yield known;
            }
            default -> false;
        };
    }

    private AvroStep skipRecord(Schema record) {
        AvroStep known = skippedRecords.get(record);
        if (known != null) {
            return known;
        }
        AvroStep[] whole = new AvroStep[1];
        skippedRecords.put(record, body -> whole[0].take(body));
        whole[0] = inOrder(
                record.getFields().stream().map(field -> skip(field.schema())).toList());
        return whole[0];
    }

    private static AvroStep inOrder(List<AvroStep> steps) {
        AvroStep[] each = steps.toArray(AvroStep[]::new);
        return body -> {
            body.enterRecord();
            for (AvroStep step : each) {
                step.take(body);
            }
            body.leaveRecord();
        };
    }

    private static AvroStep choice(Stream<AvroStep> steps) {
        AvroStep[] types = steps.toArray(AvroStep[]::new);
        return body -> types[body.readChoice(types.length)].take(body);
    }

    /** The step of all records of a schema that do not fit. */
    static AvroStep refused(Misfit misfit) {
        return body -> {
            throw misfit;
        };
    }

    private static String name(Schema schema) {
        return switch (schema.getType()) {
            case NULL -> "null";
            case BOOLEAN -> "true or false";
            case STRING -> "a text";
            case BYTES, FIXED -> "bytes";
            case RECORD -> "a record";
            case ENUM -> "a symbol";
            case ARRAY -> "an array";
            case MAP -> "a map";
            default -> "a number";
        };
    }
}
