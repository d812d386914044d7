package io.sparsestream.web;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One record of a mini-batch, which is no picture, beside its reconstruction.
 *
 * @param label empty where unknown
 * @param mse of the record
 * @param total inputs that a record has
 * @param inputs those whose reconstruction is furthest off, in their order
 */
record Inputs(String model, long step, String label, double mse, int total, List<Input> inputs) {
    /** As many as a person reads. */
    private static final int MOST = 40;

    /**
     * One input, in its own unit.
     *
     * @param name its field, or its number from 1 on
     * @param place of the value in the range of the input, 0 … 1
     * @param reconstructionPlace likewise
     */
    record Input(String name, float value, float reconstruction, double place, double reconstructionPlace) {
        double distance() {
            return Math.abs(place - reconstructionPlace);
        }
    }

    /** @param names of the inputs; empty if they have numbers */
    static Inputs of(Snapshot snapshot, List<String> names) {
        int total = snapshot.architecture.inputs();
        // Inputs that are not scaled count alike in the error, as if they had one unit.
        Range common = Range.of(snapshot.originals);
        Input[] all = new Input[total];
        for (int j = 0; j < total; j++) {
            Range range =
                    snapshot.bounds.isPresent() ? Look.range(snapshot.bounds.get(), snapshot.isCentred, j) : common;
            float value = snapshot.originals[j];
            float reconstruction = snapshot.reconstructions[j];
            all[j] = new Input(
                    names.isEmpty() ? Integer.toString(j + 1) : names.get(j),
                    value,
                    reconstruction,
                    range.place(value),
                    range.place(reconstruction));
        }
        List<Input> shown = IntStream.range(0, total)
                .boxed()
                .sorted(Comparator.comparingDouble(j -> -all[j].distance()))
                .limit(MOST)
                .sorted()
                .map(j -> all[j])
                .toList();
        return new Inputs(
                snapshot.activations.model(),
                snapshot.activations.step(),
                snapshot.labels[0],
                snapshot.mse,
                total,
                shown);
    }
}
