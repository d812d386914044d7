package io.sparsestream.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.InputFormat;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The codes of the newest records, the newest first.
 *
 * @param step updates that the model had made
 * @param layer whose activations are the code
 * @param records numbers of the records
 * @param labels of the records; empty where there is none
 * @param units of the layer
 * @param greatest what 255 stands for in the codes
 * @param codes bytes [records × units]
 * @param pictures if records are pictures, else null
 * @param vectors if records are no pictures, else null
 */
record CodeMap(
        String model,
        long step,
        String layer,
        long[] records,
        String[] labels,
        int units,
        float greatest,
        byte[] codes,
        @JsonInclude(JsonInclude.Include.NON_NULL) Thumbnails pictures,
        @JsonInclude(JsonInclude.Include.NON_NULL) Vectors vectors) {
    /** Records at most. */
    static final int MOST = 1_000;

    private static final int CODE_BYTES = 2_000_000; // of all records: of a wide layer there are fewer
    private static final int INPUTS = 24;

    /**
     * The records, thinned if they are large.
     *
     * @param greys [records × rows × columns]
     */
    record Thumbnails(int rows, int columns, byte[] greys) {}

    /**
     * The records' inputs that vary, at most as many as a person reads.
     *
     * @param values float32, little-endian [records × names], in the inputs' own units
     */
    record Vectors(List<String> names, byte[] values) {}

    static CodeMap of(String model, Recent recent, InputFormat format) {
        int innermost = recent.architecture().hiddenLayers() - 1;
        int units = recent.architecture().hiddenUnits(innermost);
        int count = Math.min(Math.min(MOST, Math.max(1, CODE_BYTES / units)), recent.size());
        float[] codes = new float[count * units];
        for (int age = 0; age < count; age++) {
            System.arraycopy(recent.activations(innermost), recent.row(age, units), codes, age * units, units);
        }
        float greatest = Picture.largest(codes);
        byte[] bytes = new byte[codes.length];
        Picture.greys(codes, new Range(0, greatest), bytes, 0);
        Shape shape = Shape.of(recent.architecture().inputs(), format);
        return new CodeMap(
                model,
                recent.step(),
                recent.architecture().hiddenLayer(innermost),
                IntStream.range(0, count).mapToLong(recent::number).toArray(),
                IntStream.range(0, count).mapToObj(recent::label).toArray(String[]::new),
                units,
                greatest,
                bytes,
                shape.isPicture() ? thumbnails(recent, count, shape) : null,
                shape.isPicture()
                        ? null
                        : vectors(recent, count, innermost, UnitSheet.named(format.fields(), shape.columns())));
    }

    private static Thumbnails thumbnails(Recent recent, int count, Shape shape) {
        Shape small = Picture.thinned(shape);
        int pixels = small.rows() * small.columns();
        byte[] greys = new byte[count * pixels];
        for (int age = 0; age < count; age++) {
            float[] values = Picture.thin(
                    recent.inputs(), recent.row(age, recent.architecture().inputs()), shape);
            Picture.greys(values, Range.of(values), greys, age * pixels);
        }
        return new Thumbnails(small.rows(), small.columns(), greys);
    }

    private static Vectors vectors(Recent recent, int count, int layer, List<String> names) {
        int inputs = names.size();
        float[] spread = new LayerStudy(recent, layer).spread();
        int[] shown = IntStream.range(0, inputs)
                .boxed()
                .sorted(Comparator.comparingInt(i -> spread[i] > 0 ? 0 : 1)) // which leaves the others in their order
                .limit(INPUTS)
                .sorted()
                .mapToInt(i -> i)
                .toArray();
        float[] values = new float[count * shown.length];
        for (int age = 0; age < count; age++) {
            int row = recent.row(age, inputs);
            for (int i = 0; i < shown.length; i++) {
                values[age * shown.length + i] = recent.inputs()[row + shown[i]];
            }
        }
        return new Vectors(
                Arrays.stream(shown).mapToObj(names::get).toList(), Dtype.FLOAT32.encode(values, 0, values.length));
    }
}
