package io.sparsestream.message;

import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.Names;
import io.sparsestream.message.InputFormat.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Tells records that can be learned from others, and gives their numbers. Not thread-safe: it remembers the last good shape,
 * the last text and the labels, so as not to parse them again.
 */
public final class ImageDecoder {
    private static final Pattern SHAPE = Pattern.compile("\\d{1,9}(x\\d{1,9}){0,7}");
    private static final int QUOTED = 40;

    /** Key and label go into the reconstruction's record, which must not outgrow what its topic takes. */
    private static final int MAX_KEY_BYTES = 4096;

    private static final int MAX_LABEL_BYTES = 256;

    private final int inputs;
    private final InputFormat format;
    private final Map<Kind, Values> values = new EnumMap<>(Kind.class);
    private final byte[] defaultShape;
    private final RecurringText labels = new RecurringText();
    private byte[] lastShape;
    private byte[] lastDtype = HeaderName.utf8(Kind.UINT8.toString());
    private Kind lastKind; // that it names; null if none

    /**
     * @param inputs numbers of every record
     * @throws IllegalArgumentException if the fields do not suit the format, or are not as many
     */
    public ImageDecoder(int inputs, InputFormat format) {
        this.inputs = inputs;
        this.format = format;
        format.requireFits(inputs);
        for (Kind kind : Kind.values()) {
            if (format.takes(kind)) {
                values.put(kind, values(kind, inputs, format));
            }
        }
        lastKind = values.containsKey(Kind.UINT8) ? Kind.UINT8 : null;
        defaultShape = HeaderName.utf8(shape(inputs));
        lastShape = defaultShape;
    }

    /** The shape of a record that names none: a square where the number of its values allows it. */
    public static String shape(int inputs) {
        int side = (int) Math.round(Math.sqrt(inputs));
        return side * side == inputs ? side + "x" + side : "1x" + inputs;
    }

    private static Values values(Kind kind, int inputs, InputFormat format) {
        boolean mayMiss = format.missing() == InputFormat.Missing.MEAN;
        return switch (kind) {
            case UINT8 -> new BinaryValues(Dtype.UINT8, inputs, mayMiss);
            case FLOAT32 -> new BinaryValues(Dtype.FLOAT32, inputs, mayMiss);
            case FLOAT64 -> new BinaryValues(Dtype.FLOAT64, inputs, mayMiss);
            case JSON -> new ParsedValues(new JsonReader(format), inputs);
            case CSV -> new ParsedValues(new CsvReader(format), inputs);
            case AVRO ->
                new ParsedValues(new AvroReader(format, format.schemas().orElseThrow(), inputs), inputs);
            case AUTO -> throw new IllegalArgumentException("each record says what it is");
        };
    }

    /**
     * How many numbers a record has, whatever a model takes.
     *
     * @throws IllegalArgumentException if it has none, saying why
     */
    public static int inputs(byte[] value, Headers headers, InputFormat format) {
        if (value == null) {
            throw new IllegalArgumentException("no value");
        }
        ImageDecoder any = new ImageDecoder(Math.max(1, format.fields().size()), format);
        Kind kind = any.kind(headers);
        if (kind == null) {
            throw new IllegalArgumentException(any.strangeDtype(headers));
        }
        int count = any.values.get(kind).count(value);
        if (count == 0) {
            throw new IllegalArgumentException("no numbers");
        }
        return count;
    }

    /** Why a record does not have this many numbers; null if it has. Key and headers may be missing. */
    public Reason problem(byte[] key, byte[] value, Headers headers) {
        if (value == null) {
            return new Reason(Reason.Kind.NO_VALUE, "no value");
        }
        Kind kind = kind(headers);
        if (kind == null) {
            return new Reason(Reason.Kind.DTYPE, strangeDtype(headers));
        }
        Header shape = headers.lastHeader(HeaderName.SHAPE);
        if (shape != null && !fits(shape.value())) {
            return new Reason(Reason.Kind.SHAPE, "shape " + quote(shape.value()) + " is not of " + inputs + " numbers");
        }
        Reason problem = values.get(kind).problem(value);
        if (problem != null) {
            return problem;
        }
        if (key != null && key.length > MAX_KEY_BYTES) {
            return new Reason(Reason.Kind.KEY, "key of " + key.length + " bytes, more than " + MAX_KEY_BYTES);
        }
        return labelProblem(labelBytes(key, value, headers));
    }

    private static Reason labelProblem(byte[] label) {
        return label == null || label.length <= MAX_LABEL_BYTES
                ? null
                : new Reason(Reason.Kind.LABEL, "label of " + label.length + " bytes, more than " + MAX_LABEL_BYTES);
    }

    /** The label as UTF-8; null where there is none. */
    private byte[] labelBytes(byte[] key, byte[] value, Headers headers) {
        if (format.label() instanceof InputFormat.Label.InHeader) {
            Header label = headers.lastHeader(HeaderName.LABEL);
            return label == null ? null : label.value();
        }
        return format.label() instanceof InputFormat.Label.InKey
                ? key
                : HeaderName.utf8(values.get(kind(headers)).label(value));
    }

    /** What a record's value is; null if its header says something else. */
    private Kind kind(Headers headers) {
        Header dtype = headers.lastHeader(HeaderName.DTYPE);
        if (dtype == null) {
            return format.kind() == Kind.AUTO ? Kind.UINT8 : format.kind();
        }
        if (!Arrays.equals(dtype.value(), lastDtype)) {
            lastDtype = dtype.value();
            lastKind = values.keySet().stream()
                    .filter(each -> Arrays.equals(HeaderName.utf8(each.toString()), lastDtype))
                    .findFirst()
                    .orElse(null);
        }
        return lastKind;
    }

    private String strangeDtype(Headers headers) {
        String known = format.takes(Kind.AVRO) ? "json, csv or avro" : "json or csv";
        return "dtype is " + quote(headers.lastHeader(HeaderName.DTYPE).value()) + ", not "
                + (format.kind() == Kind.AUTO ? "uint8, float32, float64, " + known : format.kind());
    }

    /**
     * The numbers of a record without a problem, as {@link MiniBatch#add(byte[], String)} takes them: the value itself where
     * that is binary.
     */
    public byte[] numbers(byte[] value, Headers headers) {
        return values.get(kind(headers)).numbers(value);
    }

    /** The label of a record without a problem, or {@link MiniBatch#UNLABELLED} where there is none. */
    public String label(byte[] key, byte[] value, Headers headers) {
        byte[] label = labelBytes(key, value, headers);
        return label == null ? MiniBatch.UNLABELLED : labels.decode(label);
    }

    /** Numbers of every record. */
    public int inputs() {
        return inputs;
    }

    /** {@link #shape} of the inputs. */
    public byte[] defaultShape() {
        return defaultShape;
    }

    private boolean fits(byte[] shape) {
        if (Arrays.equals(shape, lastShape)) {
            return true;
        }
        if (shape == null) {
            return false;
        }
        String text = new String(shape, StandardCharsets.UTF_8);
        if (SHAPE.matcher(text).matches() && product(text) == inputs) {
            lastShape = shape;
            return true;
        }
        return false;
    }

    private static double product(String shape) {
        return Arrays.stream(shape.split("x"))
                .mapToDouble(Double::parseDouble)
                .reduce(1, (product, size) -> product * size);
    }

    private static String quote(byte[] value) {
        if (value == null) {
            return "null";
        }
        String text = new String(value, 0, Math.min(value.length, QUOTED), StandardCharsets.UTF_8);
        return "'" + Names.printable(text) + (value.length > QUOTED ? "…'" : "'");
    }
}
