package io.sparsestream.replay;

import io.sparsestream.dataset.Samples;
import io.sparsestream.message.HeaderName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** A sample as a record of Avro: a field of double for each column, then the label, if there are labels, as a string. */
public final class AvroRecord {
    private static final String LABEL = "label";

    private AvroRecord() {}

    /**
     * The schema of all samples. Its fields have the columns' names, with an underscore where Avro does not take a character, or
     * are x1, x2 and so on.
     *
     * @throws IllegalArgumentException if two fields would have the same name
     */
    public static String schema(Samples samples) {
        List<String> names = new ArrayList<>(
                samples.columns().isEmpty()
                        ? IntStream.rangeClosed(1, samples.width())
                                .mapToObj(i -> "x" + i)
                                .toList()
                        : samples.columns().stream().map(AvroRecord::name).toList());
        if (!samples.labels().isEmpty()) {
            names.add(LABEL);
        }
        Set<String> known = new HashSet<>();
        for (String name : names) {
            if (!known.add(name)) {
                throw new IllegalArgumentException("two fields of " + samples.name() + " would be called '" + name
                        + "' in Avro: choose other --columns, or change the header of the file");
            }
        }
        SchemaBuilder.FieldAssembler<Schema> fields =
                SchemaBuilder.record(name(samples.name())).fields();
        for (int i = 0; i < names.size(); i++) {
            fields = i < samples.width() ? fields.requiredDouble(names.get(i)) : fields.requiredString(names.get(i));
        }
        return fields.endRecord().toString();
    }

    private static String name(String text) {
        String name = text.replaceAll("[^A-Za-z0-9_]", "_");
        return name.matches("[A-Za-z_].*") ? name : "_" + name;
    }

    static byte[] encode(Samples samples, int sample) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        try {
            for (int column = 0; column < samples.width(); column++) {
                encoder.writeDouble(samples.numbers().at(sample, column));
            }
            Optional<String> label = samples.label(sample);
            if (label.isPresent()) {
                encoder.writeBytes(HeaderName.utf8(label.get())); // as a string is written
            }
        } catch (IOException e) {
            throw new UncheckedIOException("an array cannot be written", e);
        }
        return bytes.toByteArray();
    }

    /** What stands in front of each record: a byte 0 and the id of its schema. */
    static byte[] framing(int schemaId) {
        return ByteBuffer.allocate(1 + Integer.BYTES)
                .put((byte) 0)
                .putInt(schemaId)
                .array();
    }
}
