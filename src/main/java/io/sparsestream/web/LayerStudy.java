package io.sparsestream.web;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Labels;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the recent records say of a hidden layer's units. Of the measures' definitions {@code LayerMeasures} has the text. */
final class LayerStudy {
    /** Records whose mean is a unit's picture. */
    static final int OF_PICTURE = 30;

    /** Tensor [inputs]: what scaled inputs were multiplied with. */
    static final String FACTOR = "x_factor";

    private final Recent recent;
    private final int layer;
    private final int units;
    private final int inputs;
    private final float[] mean; // of each input; missing values count for nothing
    private final float[] spread; // standard deviation of each input
    private final Labels labels = new Labels();
    private final List<double[]> sums = new ArrayList<>(); // by label [units]
    private final int[] records = new int[Labels.MEASURED + 1]; // by label

    /** @param layer counted from 0 */
    LayerStudy(Recent recent, int layer) {
        this.recent = recent;
        this.layer = layer;
        units = recent.architecture().hiddenUnits(layer);
        inputs = recent.architecture().inputs();
        mean = new float[inputs];
        spread = new float[inputs];
        describeInputs();
        sumByLabel();
    }

    private void describeInputs() {
        double[] sum = new double[inputs];
        double[] squares = new double[inputs];
        int[] count = new int[inputs];
        float[] values = recent.inputs();
        for (int age = 0; age < recent.size(); age++) {
            int row = recent.row(age, inputs);
            for (int i = 0; i < inputs; i++) {
                float value = values[row + i];
                if (!Float.isNaN(value)) {
                    sum[i] += value;
                    squares[i] += (double) value * value;
                    count[i]++;
                }
            }
        }
        for (int i = 0; i < inputs; i++) {
            double middle = count[i] == 0 ? 0 : sum[i] / count[i];
            mean[i] = (float) middle;
            spread[i] = (float) Math.sqrt(Math.max(0, count[i] == 0 ? 0 : squares[i] / count[i] - middle * middle));
        }
    }

    private void sumByLabel() {
        float[] activations = recent.activations(layer);
        for (int age = 0; age < recent.size(); age++) {
            if (recent.label(age).equals(MiniBatch.UNLABELLED)) {
                continue;
            }
            int label = labels.number(recent.label(age));
            if (label == sums.size()) {
                sums.add(new double[units]);
            }
            records[label]++;
            double[] sum = sums.get(label);
            int row = recent.row(age, units);
            for (int j = 0; j < units; j++) {
                sum[j] += activations[row + j];
            }
        }
    }

    int units() {
        return units;
    }

    /** Of each input, over the records. */
    float[] mean() {
        return mean;
    }

    /** Standard deviation of each input, over the records. */
    float[] spread() {
        return spread;
    }

    float activation(int age, int unit) {
        return recent.activations(layer)[recent.row(age, units) + unit];
    }

    /** Activation of a unit by the record that activates it most. */
    float greatest(int unit) {
        float greatest = 0;
        for (int age = 0; age < recent.size(); age++) {
            greatest = Math.max(greatest, activation(age, unit));
        }
        return greatest;
    }

    /** Ages of the records that activate a unit most, the strongest first; not those whose activation is 0. */
    int[] strongest(int unit, int most) {
        int[] ages = new int[Math.min(most, recent.size())];
        float[] values = new float[ages.length];
        int kept = 0;
        for (int age = 0; age < recent.size(); age++) {
            float value = activation(age, unit);
            if (value > 0 && (kept < ages.length || value > values[kept - 1])) {
                int place = kept < ages.length ? kept++ : kept - 1;
                for (; place > 0 && values[place - 1] < value; place--) {
                    values[place] = values[place - 1];
                    ages[place] = ages[place - 1];
                }
                values[place] = value;
                ages[place] = age;
            }
        }
        return Arrays.copyOf(ages, kept);
    }

    /**
     * What a unit answers to: the mean of its strongest records, each weighted by its activation, minus the mean of all
     * records; 0 of a unit that answers to none [inputs].
     */
    float[] seen(int unit) {
        int[] ages = strongest(unit, OF_PICTURE);
        double[] sum = new double[inputs];
        double[] weights = new double[inputs];
        for (int age : ages) {
            float weight = activation(age, unit);
            int row = recent.row(age, inputs);
            for (int i = 0; i < inputs; i++) {
                float value = recent.inputs()[row + i];
                if (!Float.isNaN(value)) {
                    sum[i] += (double) weight * value;
                    weights[i] += weight;
                }
            }
        }
        float[] seen = new float[inputs];
        for (int i = 0; i < inputs; i++) {
            seen[i] = weights[i] > 0 ? (float) (sum[i] / weights[i] - mean[i]) : 0;
        }
        return seen;
    }

    /**
     * What each unit adds to the reconstruction [units × inputs]: the product of the weights on the way from it to the outputs, in
     * the inputs' own units. The functions between are left out, so of a layer that decodes in one step it is exact up to the
     * output's. Empty if the parameters are not known.
     */
    float[] added() {
        Map<String, float[]> parameters = recent.parameters();
        Architecture architecture = recent.architecture();
        if (parameters.isEmpty()) {
            return new float[0];
        }
        List<Tensor> weights =
                architecture.tensors().stream().filter(Tensor::isWeight).toList();
        int last = weights.size() - 1;
        float[] product = parameters.get(weights.get(last).name()).clone();
        for (int before = last - 1; before > layer; before--) {
            Tensor tensor = weights.get(before);
            product = multiply(
                    parameters.get(tensor.name()), product, tensor.shape().get(1));
        }
        float[] factor = parameters.get(FACTOR);
        if (factor != null) {
            for (int i = 0; i < product.length; i++) {
                float by = factor[i % inputs];
                product[i] = by == 0 ? 0 : product[i] / by;
            }
        }
        return product;
    }

    /** [rows × between] · [between × inputs]. */
    private float[] multiply(float[] left, float[] right, int between) {
        float[] product = new float[Math.multiplyExact(left.length / between, inputs)];
        for (int at = 0; at < left.length; at++) {
            int to = at / between * inputs;
            int from = at % between * inputs;
            float by = left[at];
            for (int i = 0; i < inputs; i++) {
                product[to + i] += by * right[from + i];
            }
        }
        return product;
    }

    /** Share of the records for which a unit is active. */
    double density(int unit) {
        float above = recent.hyperparameters().activation(layer).activeAbove();
        int active = 0;
        for (int age = 0; age < recent.size(); age++) {
            active += activation(age, unit) > above ? 1 : 0;
        }
        return (double) active / recent.size();
    }

    /** A unit's mean activation over the records of each label. */
    SortedMap<String, Double> byLabel(int unit) {
        SortedMap<String, Double> means = new TreeMap<>(Labels.ORDER);
        for (int label = 0; label < sums.size(); label++) {
            means.put(labels.name(label), mean(unit, label));
        }
        return means;
    }

    /** The label whose records activate a unit most, on average, and how selective it is for it. */
    record Favourite(String label, double selectivity) {
        static final Favourite NONE = new Favourite(null, Double.NaN);
    }

    Favourite favourite(int unit) {
        int best = -1;
        double total = 0;
        for (int label = 0; label < sums.size(); label++) {
            total += mean(unit, label);
            best = best < 0 || mean(unit, label) > mean(unit, best) ? label : best;
        }
        if (sums.size() < 2 || mean(unit, best) <= 0) {
            return Favourite.NONE;
        }
        double greatest = mean(unit, best);
        double others = (total - greatest) / (sums.size() - 1);
        return new Favourite(labels.name(best), (greatest - others) / (greatest + others));
    }

    private double mean(int unit, int label) {
        return sums.get(label)[unit] / records[label];
    }
}
