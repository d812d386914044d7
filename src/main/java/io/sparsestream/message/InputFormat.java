package io.sparsestream.message;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the records of a topic become numbers.
 *
 * @param kind of their values
 * @param fields of each input: names in a JSON object or an Avro record, with dots into nested ones, or column numbers of a
 *     CSV line, from 1 on; empty if all numbers are inputs, in their order
 * @param label where the label stands
 * @param missing what a missing number is
 * @param schemas of Avro records; empty if there are none
 */
public record InputFormat(
        Kind kind, List<String> fields, Label label, Missing missing, Optional<SchemaSource> schemas) {
    /** By the headers {@code dtype} and {@code shape} of each record, uint8 without them. */
    public static final InputFormat AUTO = of(Kind.AUTO);

    /** Of a record's value. */
    public enum Kind {
        /** As the header {@code dtype} says; uint8 without it. */
        AUTO,
        /** One unsigned byte per number, which stands for 1/255. */
        UINT8,
        /** Four bytes per number, little-endian. */
        FLOAT32,
        /** Eight bytes per number, little-endian. */
        FLOAT64,
        /** An array of numbers, or an object. */
        JSON,
        /** One line (RFC 4180). */
        CSV,
        /** A byte 0, four bytes of the schema's id, most significant first, and a record or an array in Avro's binary encoding. */
        AVRO;

        /** As on the command line and in the header {@code dtype}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a missing number is. */
    public enum Missing {
        /** A reason not to learn from the record. */
        REFUSED,
        /** The mean of those that came before it. */
        MEAN;

        /** As on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Where a record's label stands. */
    public sealed interface Label {
        /** In the header {@code label}. */
        record InHeader() implements Label {}

        /** The key is the label. */
        record InKey() implements Label {}

        /** @param name as of {@link InputFormat#fields} */
        record InField(String name) implements Label {}
    }

    public InputFormat {
        fields = List.copyOf(fields);
        boolean hasFields = kind == Kind.JSON || kind == Kind.CSV || kind == Kind.AVRO;
        if (!hasFields && (!fields.isEmpty() || label instanceof Label.InField)) {
            throw new IllegalArgumentException("records of the input format " + kind
                    + " have no fields: --fields and --label-field are for json, csv and avro");
        }
        if (kind != Kind.AVRO && kind != Kind.AUTO && schemas.isPresent()) {
            throw new IllegalArgumentException(
                    "--schema-registry is for the input formats avro and auto, not for " + kind);
        }
        if (fields.stream().distinct().count() < fields.size()) {
            throw new IllegalArgumentException("--fields names a field twice: " + String.join(",", fields));
        }
    }

    /** One whose records have no schemas. */
    public InputFormat(Kind kind, List<String> fields, Label label, Missing missing) {
        this(kind, fields, label, missing, Optional.empty());
    }

    /** The same, with its schemas there. */
    public InputFormat with(SchemaSource found) {
        return new InputFormat(kind, fields, label, missing, Optional.of(found));
    }

    /**
     * Itself, if it needs no schemas.
     *
     * @throws IllegalArgumentException if it does
     */
    public InputFormat withoutSchemas() {
        if (kind == Kind.AVRO && schemas.isEmpty()) {
            throw new IllegalArgumentException(
                    "records of the input format avro have their schemas in a registry: give its --schema-registry URL");
        }
        return this;
    }

    /** All numbers are inputs, the label is in its header, nothing may be missing. */
    public static InputFormat of(Kind kind) {
        return new InputFormat(kind, List.of(), new Label.InHeader(), Missing.REFUSED);
    }

    /** Whether a record of that kind may come. */
    boolean takes(Kind other) {
        return kind == Kind.AUTO ? other != Kind.AUTO && (other != Kind.AVRO || schemas.isPresent()) : other == kind;
    }

    /** @throws IllegalArgumentException if it names fields, but not as many as a model has inputs */
    public void requireFits(int inputs) {
        if (!fields.isEmpty() && fields.size() != inputs) {
            throw new IllegalArgumentException(
                    "--fields names " + fields.size() + " fields, but the first layer has " + inputs + " inputs");
        }
    }

    /** Whether its records are what pictures come as. */
    public boolean isOfPictures() {
        return kind == Kind.AUTO || kind == Kind.UINT8;
    }

    /** The field with the label, if it is in one. */
    Optional<String> labelField() {
        return label instanceof Label.InField field ? Optional.of(field.name()) : Optional.empty();
    }
}
