package io.sparsestream.compare;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.ForwardPasses;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What a layer makes of the images of a split, as a probe sees it.
 *
 * @param rows a row of each image, all of one length
 * @param labels the class of each
 */
record LabelledRows(float[][] rows, int[] labels) {
    /** Grey values 0 … 1. */
    static LabelledRows ofPixels(Dataset dataset) {
        float[][] rows = new float[dataset.size()][];
        for (int i = 0; i < rows.length; i++) {
            byte[] greys = dataset.images().get(i);
            rows[i] = new float[greys.length];
            for (int j = 0; j < greys.length; j++) {
                rows[i][j] = Byte.toUnsignedInt(greys[j]) / 255f;
            }
        }
        return new LabelledRows(rows, labels(dataset));
    }

    /** Activations of each hidden layer in turn. */
    static List<LabelledRows> ofLayers(Learner learner, Dataset dataset) {
        List<LabelledRows> layers = new ArrayList<>();
        for (int layer = 0; layer < learner.architecture().hiddenLayers(); layer++) {
            int units = learner.architecture().hiddenUnits(layer);
            layers.add(new LabelledRows(new float[dataset.size()][units], labels(dataset)));
        }
        List<String> labels = dataset.labelTexts(MiniBatch.UNLABELLED);
        ForwardPasses.over(learner, dataset.images(), labels, (forward, batch, first) -> {
            for (int layer = 0; layer < layers.size(); layer++) {
                layers.get(layer).fill(first, forward, layer);
            }
        });
        return layers;
    }

    private void fill(int first, ForwardPass forward, int layer) {
        for (int image = 0; image < forward.images(); image++) {
            float[] row = rows[first + image];
            System.arraycopy(forward.activations()[layer], image * row.length, row, 0, row.length);
        }
    }

    private static int[] labels(Dataset dataset) {
        return IntStream.range(0, dataset.size()).map(dataset::label).toArray();
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
