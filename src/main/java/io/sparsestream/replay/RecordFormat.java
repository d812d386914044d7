package io.sparsestream.replay;

import io.sparsestream.dataset.Samples;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the values of records are. */
public enum RecordFormat {
    /** A byte for each number. */
    UINT8("uint8") {
        @Override
        Optional<String> problem(double number) {
            return number >= 0 && number <= 255 && number == Math.rint(number)
                    ? Optional.empty()
                    : Optional.of("no whole number from 0 to 255");
        }

        @Override
        byte[] encode(Samples samples, int sample) {
            byte[] bytes = new byte[samples.width()];
            for (int column = 0; column < bytes.length; column++) {
                bytes[column] = (byte) (int) samples.numbers().at(sample, column);
            }
            return bytes;
        }
    },
    /** Four bytes for each number, little-endian; NaN where it is missing. */
    FLOAT32("float32") {
        @Override
        Optional<String> problem(double number) {
            return Float.isInfinite((float) number) && !Double.isInfinite(number)
                    ? Optional.of("too large for float32")
                    : Optional.empty();
        }

        @Override
        byte[] encode(Samples samples, int sample) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(samples.width() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int column = 0; column < samples.width(); column++) {
                bytes.putFloat((float) samples.numbers().at(sample, column));
            }
            return bytes.array();
        }
    },
    /** An array of numbers; null where one is missing. */
    JSON("json") {
        @Override
        byte[] encode(Samples samples, int sample) {
            return Json.write(samples.sample(sample));
        }
    },
    /** A JSON object with the names of the columns; null where a number is missing. */
    OBJECT("json") {
        @Override
        byte[] encode(Samples samples, int sample) {
            Map<String, Double> numbers = new LinkedHashMap<>();
            for (int column = 0; column < samples.width(); column++) {
                numbers.put(samples.columns().get(column), samples.numbers().at(sample, column));
            }
            return Json.write(numbers);
        }
    },
    /** A line with commas between the numbers; nothing where one is missing. */
    CSV("csv") {
        @Override
        byte[] encode(Samples samples, int sample) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < samples.width(); column++) {
                double number = samples.numbers().at(sample, column);
                line.append(column == 0 ? "" : ",").append(Double.isNaN(number) ? "" : Double.toString(number));
            }
            return HeaderName.utf8(line.toString());
        }
    },
    /** An {@link AvroRecord}, which a reader finds the schema of by what stands in front of it; NaN where one is missing. */
    AVRO("avro") {
        @Override
        byte[] encode(Samples samples, int sample) {
            return AvroRecord.encode(samples, sample);
        }
    };

    private final String dtype;

    RecordFormat(String dtype) {
        this.dtype = dtype;
    }

    /** Why a number cannot be sent so; empty if it can. */
    Optional<String> problem(double number) {
        return Optional.empty();
    }

    abstract byte[] encode(Samples samples, int sample);

    /** As the header {@code dtype} says. */
    String dtype() {
        return dtype;
    }

    /** In which nothing is lost and little is sent. */
    public static RecordFormat of(Samples samples) {
        return samples.areBytes() ? UINT8 : FLOAT32;
    }

    /** @throws IllegalArgumentException naming the first number that cannot be sent so, or if the columns have no names */
    public void check(Samples samples) {
        if (this == OBJECT && samples.columns().isEmpty()) {
            throw new IllegalArgumentException(
                    "the columns of " + samples.name() + " have no names: --format object is for .csv files");
        }
        if (this == OBJECT && Set.copyOf(samples.columns()).size() < samples.width()) {
            throw new IllegalArgumentException("two columns of " + samples.name()
                    + " have the same name, and an object has one number of each name: choose another --format");
        }
        for (int sample = 0; sample < samples.size(); sample++) {
            for (int column = 0; column < samples.width(); column++) {
                double number = samples.numbers().at(sample, column);
                Optional<String> problem = problem(number);
                if (problem.isPresent()) {
                    throw new IllegalArgumentException("number " + (column + 1) + " of record " + (sample + 1) + " of "
                            + samples.name() + " is " + number + ", " + problem.get() + ": choose another --format");
                }
            }
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
