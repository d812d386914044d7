package io.sparsestream.message;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * Numbers of an Avro record, all or those of the named fields, or of an array. Fields are found by their names in the schema that
 * the record was written by, so that each record may have its own.
 */
final class AvroReader implements NumberReader {
    /** A byte 0 and the schema's id. */
    private static final int FRAMING = 1 + Integer.BYTES;

    private final List<String> fields;
    private final FieldNode tree;
    private final SchemaSource schemas;
    private final AvroNumbers numbers;
    private final AvroBody body = new AvroBody();
    private final Map<Integer, AvroStep> plans = new HashMap<>(); // by the schema's id
    private int lastId;
    private AvroStep lastPlan; // null before the first record

    AvroReader(InputFormat format, SchemaSource schemas, int inputs) {
        fields = format.fields();
        tree = FieldNode.tree(fields, format.labelField());
        this.schemas = schemas;
        numbers = new AvroNumbers(format, inputs);
    }

    @Override
    public Reason read(byte[] value, float[] into) {
        numbers.begin(into);
        try {
            AvroStep plan = plan(id(value));
            body.begin(value, FRAMING);
            plan.take(body);
            numbers.requireAll();
            return body.isAtEnd() ? null : new Reason(Reason.Kind.MALFORMED, "value goes on behind its record");
        } catch (Misfit e) {
            return e.reason();
        }
    }

    private static int id(byte[] value) throws Misfit {
        if (value.length < FRAMING || value[0] != 0) {
            throw new Misfit(
                    Reason.Kind.MALFORMED, "value does not begin with a byte 0 and the four bytes of a schema's id");
        }
        return value[1] << 24 | (value[2] & 0xff) << 16 | (value[3] & 0xff) << 8 | value[4] & 0xff;
    }

    private AvroStep plan(int id) throws Misfit {
        if (id != lastId || lastPlan == null) {
            AvroStep plan = plans.get(id);
            if (plan == null) {
                plan = newPlan(id);
                plans.put(id, plan);
            }
            lastPlan = plan;
            lastId = id;
        }
        return lastPlan;
    }

    private AvroStep newPlan(int id) throws Misfit {
        List<String> texts = texts(id);
        try {
            return plan().root(parse(texts));
        } catch (AvroRuntimeException e) {
            return AvroPlan.refused(unreadable(id, e));
        }
    }

    private AvroPlan plan() {
        return new AvroPlan(tree, fields.isEmpty(), numbers);
    }

    private List<String> texts(int id) throws Misfit {
        List<String> texts = schemas.schema(id);
        if (texts.isEmpty()) { // not remembered: it may be registered later
            throw new Misfit(Reason.Kind.SCHEMA, "schema " + id + " is not known to the schema registry");
        }
        return texts;
    }

    /** The last of them; it may refer to those before it. */
    private static Schema parse(List<String> texts) {
        Schema.Parser parser = new Schema.Parser().setValidateDefaults(false);
        Schema last = null;
        try {
            for (String text : texts) {
                last = parser.parse(text);
            }
        } catch (AvroRuntimeException e) {
            throw e;
        } catch (RuntimeException e) { // the parser has several others, down to NullPointerException
            throw new SchemaParseException(String.valueOf(e.getMessage()));
        }
        return last;
    }

    private static Misfit unreadable(int id, AvroRuntimeException failure) {
        return new Misfit(
                Reason.Kind.SCHEMA,
                "schema " + id + " is none of Avro: " + NumberReader.quote(String.valueOf(failure.getMessage())));
    }

    @Override
    public String label() {
        return numbers.label();
    }

    @Override
    public int count(byte[] value) {
        if (!fields.isEmpty()) {
            return fields.size();
        }
        try {
            int id = id(value);
            List<String> texts = texts(id);
            body.begin(value, FRAMING);
            try {
                return (int) plan().count(parse(texts), body);
            } catch (AvroRuntimeException e) {
                throw unreadable(id, e);
            }
        } catch (Misfit e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
