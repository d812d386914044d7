package io.sparsestream.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.learn.TopImages;
import io.sparsestream.message.InputFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A unit of a hidden layer.
 *
 * @param step updates that the model had made
 * @param records that this was found from
 * @param active share of the records for which the unit is active
 * @param activeAbove what an active unit's activation exceeds
 * @param histogram of its activations
 * @param byLabel mean activation over the records of each label
 * @param strongest records, at most {@link TopImages#KEPT}, the strongest first
 * @param picture if records are pictures, else null
 * @param inputs if records are no pictures, those that tell most of the unit, else null
 */
record OneUnit(
        String model,
        String layer,
        int unit,
        long step,
        int records,
        double active,
        float activeAbove,
        Histogram histogram,
        Map<String, Double> byLabel,
        List<Strong> strongest,
        @JsonInclude(JsonInclude.Include.NON_NULL) OnePicture picture,
        @JsonInclude(JsonInclude.Include.NON_NULL) List<Input> inputs) {
    private static final int BINS = 30;
    private static final int INPUTS = 24;
    private static final int TELLING = 3;

    /**
     * @param to right end of the last bin; the first begins at 0
     * @param counts records in each of the bins, which are equally wide
     */
    record Histogram(float to, int[] counts) {}

    /**
     * A record that has activated the unit.
     *
     * @param record its number
     * @param label empty if it has none
     * @param telling of a record that is no picture: the inputs furthest from their means
     */
    record Strong(
            long record,
            float activation,
            String label,
            @JsonInclude(JsonInclude.Include.NON_NULL) List<Telling> telling) {}

    /** @param spreads distance from the mean, in standard deviations */
    record Telling(String name, float value, float spreads) {}

    /**
     * @param strongest grey values [records × rows × columns]
     * @param seen what the unit answers to: bytes around 128 [rows × columns]
     * @param seenScale what 255 stands for
     * @param added what the unit adds to the reconstruction; empty if that is not known
     */
    record OnePicture(
            int rows, int columns, byte[] strongest, byte[] seen, float seenScale, byte[] added, float addedScale) {}

    /**
     * An input, in its own unit.
     *
     * @param mean over all records
     * @param seen mean over the unit's strongest records minus that
     * @param seenSpreads the same in standard deviations of the input
     * @param added what the unit adds to the reconstruction for each 1 of its activation; null if that is not known
     * @param addedSpreads the same in standard deviations of the input
     */
    record Input(String name, float mean, float seen, float seenSpreads, Float added, Float addedSpreads) {}

    static OneUnit of(String model, Recent recent, int layer, int unit, InputFormat format) {
        LayerStudy study = new LayerStudy(recent, layer);
        int[] strongest = study.strongest(unit, TopImages.KEPT);
        int inputs = recent.architecture().inputs();
        float[] all = study.added();
        float[] added = all.length == 0 ? all : Arrays.copyOfRange(all, unit * inputs, (unit + 1) * inputs);
        Shape shape = Shape.of(inputs, format);
        List<String> named = shape.isPicture() ? List.of() : UnitSheet.named(format.fields(), inputs);
        return new OneUnit(
                model,
                recent.architecture().hiddenLayer(layer),
                unit,
                recent.step(),
                recent.size(),
                study.density(unit),
                recent.hyperparameters().activation(layer).activeAbove(),
                histogram(recent, layer, study, unit),
                study.byLabel(unit),
                Arrays.stream(strongest)
                        .mapToObj(age -> new Strong(
                                recent.number(age),
                                study.activation(age, unit),
                                recent.label(age),
                                shape.isPicture() ? null : telling(recent, age, study, named)))
                        .toList(),
                shape.isPicture() ? picture(recent, study, unit, strongest, added, shape) : null,
                shape.isPicture() ? null : inputs(study, unit, added, named));
    }

    private static Histogram histogram(Recent recent, int layer, LayerStudy study, int unit) {
        float greatest = study.greatest(unit);
        float to = recent.hyperparameters().activation(layer).hasZeros() && greatest > 0 ? greatest : 1;
        int[] counts = new int[BINS];
        for (int age = 0; age < recent.size(); age++) {
            float place = study.activation(age, unit) / to * BINS; // NaN counts as 0
            counts[Math.max(0, Math.min(BINS - 1, (int) place))]++;
        }
        return new Histogram(to, counts);
    }

    private static List<Telling> telling(Recent recent, int age, LayerStudy study, List<String> names) {
        float[] values = row(recent, age);
        float[] distances = values.clone();
        for (int i = 0; i < distances.length; i++) {
            distances[i] = Float.isNaN(values[i]) ? 0 : values[i] - study.mean()[i];
        }
        return UnitSheet.bars(distances, study.spread(), TELLING).stream()
                .map(bar -> new Telling(names.get(bar.input()), values[bar.input()], bar.spreads()))
                .toList();
    }

    static float[] row(Recent recent, int age) {
        int inputs = recent.architecture().inputs();
        int from = recent.row(age, inputs);
        return Arrays.copyOfRange(recent.inputs(), from, from + inputs);
    }

    private static OnePicture picture(
            Recent recent, LayerStudy study, int unit, int[] strongest, float[] added, Shape shape) {
        int pixels = shape.rows() * shape.columns();
        byte[] greys = new byte[strongest.length * pixels];
        for (int i = 0; i < strongest.length; i++) {
            float[] values = row(recent, strongest[i]);
            Picture.greys(values, Range.of(values), greys, i * pixels);
        }
        float[] seen = study.seen(unit);
        return new OnePicture(
                shape.rows(),
                shape.columns(),
                greys,
                Picture.diverging(seen),
                Picture.largest(seen),
                Picture.diverging(added),
                Picture.largest(added));
    }

    private static List<Input> inputs(LayerStudy study, int unit, float[] added, List<String> names) {
        float[] seen = study.seen(unit);
        float[] spread = study.spread();
        return UnitSheet.bars(seen, spread, INPUTS).stream()
                .map(bar -> new Input(
                        names.get(bar.input()),
                        study.mean()[bar.input()],
                        bar.value(),
                        bar.spreads(),
                        added.length == 0 ? null : (Float) added[bar.input()],
                        added.length == 0 ? null : (Float) (added[bar.input()] / spread[bar.input()])))
                .toList();
    }
}
