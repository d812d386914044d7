package io.sparsestream.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.learn.LiveMeasures;
import io.sparsestream.message.InputFormat;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * All units of a hidden layer, column by column; what a unit's row looks like is told by {@link OneUnit}.
 *
 * @param step updates that the model had made
 * @param records that this was found from
 * @param measured records that the densities were found from: more, where the model is measured
 * @param layers names of all hidden layers; the last one's activations are the code
 * @param units of the layer; the columns may be of the first ones alone
 * @param density share of the records for which each unit is active; 0 of a dead one
 * @param selectivity class selectivity; null if there are fewer than two labels
 * @param labels whose records activate each unit most; null if there are fewer than two labels
 * @param greatest activation of each unit
 * @param pictures if records are pictures, else null
 * @param bars if records are no pictures, else null
 */
record UnitSheet(
        String model,
        String layer,
        List<String> layers,
        long step,
        int records,
        long measured,
        int units,
        float[] density,
        Float[] selectivity,
        String[] labels,
        float[] greatest,
        @JsonInclude(JsonInclude.Include.NON_NULL) Pictures pictures,
        @JsonInclude(JsonInclude.Include.NON_NULL) Bars bars) {

    /** Units that an answer has, at most: as many as a person looks through. */
    static final int MOST = 4_096;

    private static final int BARS = 5;

    /**
     * Bytes around 128, of each unit on a scale of its own.
     *
     * @param rows height of a picture, which is thinned if records are large
     * @param seen what each unit answers to [units × rows × columns]
     * @param added what each unit adds to the reconstruction, likewise; empty if that is not known
     */
    record Pictures(int rows, int columns, byte[] seen, byte[] added) {}

    /**
     * The inputs that tell most of each unit.
     *
     * @param names of all inputs
     */
    record Bars(List<String> names, List<List<Bar>> seen, List<List<Bar>> added) {}

    /**
     * @param input its number, from 0
     * @param value in the unit of the input
     * @param spreads the same in standard deviations of the input
     */
    record Bar(int input, float value, float spreads) {}

    /** @param measures of the layer over more records than the recent ones, if there are any */
    static UnitSheet of(
            String model, Recent recent, int layer, InputFormat format, Optional<LiveMeasures.Summary> measures) {
        LayerStudy study = new LayerStudy(recent, layer);
        int shown = Math.min(MOST, study.units());
        String name = recent.architecture().hiddenLayer(layer);
        Optional<float[]> known = measures.map(summary -> summary.layers().get(name))
                .map(LiveMeasures.OfLayer::density)
                .filter(density -> density.length == study.units());
        float[] density = new float[shown];
        Float[] selectivity = new Float[shown];
        String[] labels = new String[shown];
        float[] greatest = new float[shown];
        for (int unit = 0; unit < shown; unit++) {
            density[unit] = known.isPresent() ? known.get()[unit] : (float) study.density(unit);
            LayerStudy.Favourite favourite = study.favourite(unit);
            labels[unit] = favourite.label();
            selectivity[unit] = Double.isNaN(favourite.selectivity()) ? null : (Float) (float) favourite.selectivity();
            greatest[unit] = study.greatest(unit);
        }
        Shape shape = Shape.of(recent.architecture().inputs(), format);
        return new UnitSheet(
                model,
                name,
                IntStream.range(0, recent.architecture().hiddenLayers())
                        .mapToObj(recent.architecture()::hiddenLayer)
                        .toList(),
                recent.step(),
                recent.size(),
                known.isPresent() ? measures.orElseThrow().images() : recent.size(),
                study.units(),
                density,
                selectivity,
                labels,
                greatest,
                shape.isPicture() ? pictures(study, shown, shape) : null,
                shape.isPicture() ? null : bars(study, shown, named(format.fields(), shape.columns())));
    }

    /** Names of the inputs: their numbers from 1 on if they have none. */
    static List<String> named(List<String> names, int inputs) {
        return names.isEmpty()
                ? IntStream.rangeClosed(1, inputs).mapToObj(Integer::toString).toList()
                : names;
    }

    private static Pictures pictures(LayerStudy study, int shown, Shape shape) {
        Shape small = Picture.thinned(shape);
        int pixels = small.rows() * small.columns();
        float[] all = study.added();
        byte[] seen = new byte[shown * pixels];
        byte[] added = new byte[all.length == 0 ? 0 : shown * pixels];
        for (int unit = 0; unit < shown; unit++) {
            Picture.diverging(Picture.thin(study.seen(unit), 0, shape), seen, unit * pixels);
            if (all.length > 0) {
                int from = unit * shape.rows() * shape.columns();
                Picture.diverging(Picture.thin(all, from, shape), added, unit * pixels);
            }
        }
        return new Pictures(small.rows(), small.columns(), seen, added);
    }

    private static Bars bars(LayerStudy study, int shown, List<String> names) {
        float[] all = study.added();
        int inputs = names.size();
        return new Bars(
                names,
                IntStream.range(0, shown)
                        .mapToObj(unit -> bars(study.seen(unit), study.spread(), BARS))
                        .toList(),
                all.length == 0
                        ? List.of()
                        : IntStream.range(0, shown)
                                .mapToObj(unit -> bars(
                                        Arrays.copyOfRange(all, unit * inputs, (unit + 1) * inputs),
                                        study.spread(),
                                        BARS))
                                .toList());
    }

    /** Those furthest from 0 in standard deviations, the furthest first. */
    static List<Bar> bars(float[] values, float[] spread, int most) {
        return IntStream.range(0, values.length)
                .mapToObj(i -> new Bar(i, values[i], spread[i] == 0 ? 0 : values[i] / spread[i]))
                .filter(bar -> bar.spreads != 0)
                .sorted(Comparator.comparingDouble(bar -> -Math.abs(bar.spreads)))
                .limit(most)
                .toList();
    }
}
