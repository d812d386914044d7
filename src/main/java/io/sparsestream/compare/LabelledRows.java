package io.sparsestream.compare;

import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.ForwardPasses;
import io.sparsestream.learn.Labels;
import io.sparsestream.learn.Reconstructor;
import io.sparsestream.message.Dtype;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What a layer makes of the images of a split, as a probe sees it.
 *
 * @param rows a row of each image, all of one length
 * @param labels the class of each
 */
record LabelledRows(float[][] rows, int[] labels) {
    /** The inputs themselves; of images grey values 0 … 1. What is missing is 0. */
    static LabelledRows ofInputs(TestSet records, int inputs, List<String> classes) {
        float[][] rows = new float[records.size()][inputs];
        for (int i = 0; i < rows.length; i++) {
            byte[] values = records.values().get(i);
            Dtype dtype = Dtype.of(values, inputs);
            for (int j = 0; j < inputs; j++) {
                float value = dtype.number(values, j);
                rows[i][j] = Float.isNaN(value) ? 0 : value;
            }
        }
        return new LabelledRows(rows, labels(records, classes));
    }

    /** Activations of each hidden layer in turn. */
    static List<LabelledRows> ofLayers(Reconstructor model, TestSet records, List<String> classes) {
        List<LabelledRows> layers = new ArrayList<>();
        for (int layer = 0; layer < model.architecture().hiddenLayers(); layer++) {
            int units = model.architecture().hiddenUnits(layer);
            layers.add(new LabelledRows(new float[records.size()][units], labels(records, classes)));
        }
        ForwardPasses.over(model, records.values(), records.labels(), (forward, batch, first) -> {
            for (int layer = 0; layer < layers.size(); layer++) {
                layers.get(layer).fill(first, forward, layer);
            }
        });
        return layers;
    }

    /** The labels that occur in a training set: the class of a label is its place. */
    static List<String> classes(TestSet training) {
        return training.labels().stream().distinct().sorted(Labels.ORDER).toList();
    }

    private void fill(int first, ForwardPass forward, int layer) {
        for (int image = 0; image < forward.images(); image++) {
            float[] row = rows[first + image];
            System.arraycopy(forward.activations()[layer], image * row.length, row, 0, row.length);
        }
    }

    /** A label that does not occur in the training set is of a class that no probe knows. */
    private static int[] labels(TestSet records, List<String> classes) {
        Map<String, Integer> places = new HashMap<>();
        classes.forEach(name -> places.put(name, places.size()));
        return records.labels().stream()
                .mapToInt(label -> places.getOrDefault(label, classes.size()))
                .toArray();
    }

    int size() {
        return rows.length;
    }

    int units() {
        return rows[0].length;
    }

    /** One more than the greatest label. */
    int classes() {
        return IntStream.of(labels).max().orElseThrow() + 1;
    }

    /** Those images whose places fulfil it; the rows are the same arrays. */
    LabelledRows where(IntPredicate place) {
        int[] places = IntStream.range(0, size()).filter(place).toArray();
        return new LabelledRows(
                IntStream.of(places).mapToObj(i -> rows[i]).toArray(float[][]::new),
                IntStream.of(places).map(i -> labels[i]).toArray());
    }

    /** These units alone, in that order. */
    LabelledRows ofUnits(List<Integer> units) {
        float[][] chosen = new float[size()][units.size()];
        for (int i = 0; i < chosen.length; i++) {
            for (int j = 0; j < units.size(); j++) {
                chosen[i][j] = rows[i][units.get(j)];
            }
        }
        return new LabelledRows(chosen, labels);
    }
}
