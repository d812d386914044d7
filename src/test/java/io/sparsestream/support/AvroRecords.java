package io.sparsestream.support;

import io.sparsestream.message.SchemaSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Schemas by their ids, and records as Avro itself writes them. */
public final class AvroRecords implements SchemaSource {
    private final Map<Integer, List<String>> schemas = new TreeMap<>();

    public AvroRecords with(int id, String... texts) {
        schemas.put(id, List.of(texts));
        return this;
    }

    @Override
    public List<String> schema(int id) {
        return schemas.getOrDefault(id, List.of());
    }

    @Override
    public void leave() {}

    /** A record of JSON-like values by their names: maps are records. */
    public byte[] write(int id, Object value) {
        Schema.Parser parser = new Schema.Parser();
        Schema schema = null;
        for (String text : schemas.get(id)) {
            schema = parser.parse(text);
        }
        return write(id, schema, value);
    }

    public static byte[] write(int id, Schema schema, Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(0);
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            new GenericDatumWriter<>(schema).write(datum(schema, value), encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Object datum(Schema schema, Object value) {
        return switch (schema.getType()) {
            case RECORD -> {
                GenericData.Record record = new GenericData.Record(schema);
                for (Schema.Field field : schema.getFields()) {
                    record.put(field.pos(), datum(field.schema(), ((Map<?, ?>) value).get(field.name())));
                }
                yield record;
            }
            case UNION -> {
                if (value == null) {
                    yield null;
                }
                Schema of = schema.getTypes().stream()
                        .filter(type -> value instanceof Map == (type.getType() == Schema.Type.RECORD)
                                && type.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElseThrow();
                yield of.getType() == Schema.Type.RECORD ? datum(of, value) : value;
            }
            case ARRAY ->
                ((List<?>) value)
                        .stream()
                                .map(item -> datum(schema.getElementType(), item))
                                .toList();
            case ENUM -> new GenericData.EnumSymbol(schema, value);
            case FIXED -> new GenericData.Fixed(schema, (byte[]) value);
            default -> value;
        };
    }
}
