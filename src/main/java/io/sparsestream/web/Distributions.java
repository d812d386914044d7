package io.sparsestream.web;

import io.sparsestream.learn.Hyperparameters;
import java.util.ArrayList;
import java.util.List;

/**
 * How the activations of the hidden layers are distributed: how many units are active for a record, how large activations
 * are, and how the units' averages have changed over the steps. Activations count exponentially weighted over about the
 * last {@value #WINDOW} records that were looked at. Not thread-safe.
 */
final class Distributions {
    private static final int WINDOW = 3_000;

    /** Above this a unit is strongly active: half of what a sigmoid can be. */
    private static final float STRONG = 0.5f;

    /** Columns of a histogram of counts, at most. */
    private static final int COUNT_BINS = 400;

    private static final int VALUE_BINS = 40;

    private final List<Layer> layers = new ArrayList<>();

    /**
     * As the page gets it.
     *
     * @param model whose it is
     */
    record Event(String model, List<OfLayer> layers) {}

    /**
     * One hidden layer.
     *
     * @param activeAbove what an active unit's activation exceeds
     * @param width numbers of units that share a bin of the counts
     * @param active share of the records by how many units are active
     * @param strong share of the records by how many units are above 0.5
     * @param full activation at the end of the last bin of values
     * @param values share of the activations in each bin from 0 on
     * @param largest activation of late
     * @param ridge averages of the units over the steps
     */
    record OfLayer(
            String name,
            int units,
            float activeAbove,
            int width,
            float[] active,
            float[] strong,
            double full,
            float[] values,
            double largest,
            Ridge.Points ridge) {}

    /** What there is of one hidden layer. */
    private static final class Layer {
        private final String name;
        private final int units;
        private final float activeAbove;
        private final int width;
        private final double[] active;
        private final double[] strong;
        private final double[] values = new double[VALUE_BINS];
        private Ridge ridge = new Ridge();
        private double full = 1;
        private double largest;
        private double records;

        Layer(String name, int units, float activeAbove) {
            this.name = name;
            this.units = units;
            this.activeAbove = activeAbove;
            width = units / COUNT_BINS + 1;
            active = new double[units / width + 1];
            strong = new double[units / width + 1];
        }

        void add(float[] activations, int count) {
            double keep = Math.pow(1 - 1.0 / WINDOW, count);
            scale(active, keep);
            scale(strong, keep);
            scale(values, keep);
            records = records * keep + count;
            largest *= 1 - (1 - keep) / 4;
            for (int record = 0; record < count; record++) {
                addRecord(activations, record * units);
            }
        }

        private void addRecord(float[] activations, int from) {
            int above = 0;
            int far = 0;
            for (int i = from; i < from + units; i++) {
                float value = activations[i];
                above += value > activeAbove ? 1 : 0;
                far += value > STRONG ? 1 : 0;
                largest = Math.max(largest, value);
                if (Float.isFinite(value)) {
                    widen(value);
                    values[Math.max(0, Math.min(VALUE_BINS - 1, (int) (value / full * VALUE_BINS)))]++;
                }
            }
            active[above / width]++;
            strong[far / width]++;
        }

        /** Activations that are not between 0 and 1 need wider bins. */
        private void widen(float value) {
            while (value > full) {
                full *= 2;
                for (int bin = 0; bin < VALUE_BINS; bin++) {
                    values[bin] = bin < VALUE_BINS / 2 ? values[2 * bin] + values[2 * bin + 1] : 0;
                }
            }
        }

        OfLayer copy() {
            return new OfLayer(
                    name,
                    units,
                    activeAbove,
                    width,
                    shares(active, records),
                    shares(strong, records),
                    full,
                    shares(values, records * units),
                    largest,
                    ridge.points());
        }

        private static void scale(double[] counts, double by) {
            for (int i = 0; i < counts.length; i++) {
                counts[i] *= by;
            }
        }

        private static float[] shares(double[] counts, double of) {
            float[] shares = new float[counts.length];
            for (int i = 0; i < shares.length; i++) {
                shares[i] = (float) (counts[i] / of);
            }
            return shares;
        }
    }

    /** Puts the averages of the past in front; returns whether there are layers to put them into yet. */
    boolean recall(Past past) {
        layers.forEach(layer -> layer.ridge = past.ridge(layer.name));
        return !layers.isEmpty();
    }

    /** Takes in a step. */
    void add(Snapshot snapshot, Hyperparameters hyperparameters) {
        if (layers.isEmpty()) {
            for (int layer = 0; layer < snapshot.hidden.length; layer++) {
                layers.add(new Layer(
                        snapshot.architecture.hiddenLayer(layer),
                        snapshot.architecture.hiddenUnits(layer),
                        hyperparameters.activation(layer).activeAbove()));
            }
        }
        for (int layer = 0; layer < layers.size(); layer++) {
            Layer into = layers.get(layer);
            into.add(snapshot.hidden[layer], snapshot.images);
            into.ridge.add(
                    snapshot.activations.step(),
                    snapshot.activations.layers().get(into.name).units());
        }
    }

    Event event(String model) {
        return new Event(model, layers.stream().map(Layer::copy).toList());
    }
}
