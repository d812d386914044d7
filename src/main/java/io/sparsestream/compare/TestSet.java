package io.sparsestream.compare;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.learn.MiniBatch;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Records that models are judged on.
 *
 * @param name for people, such as {@code mnist/test}
 * @param values of each record, as {@link MiniBatch#add(byte[], String)} takes them
 * @param labels of each record; {@link MiniBatch#UNLABELLED} where it has none
 * @param fields names of the inputs; empty if they have numbers alone
 * @param pictures the same as pictures; empty if they are none
 */
public record TestSet(
        String name, List<byte[]> values, List<String> labels, List<String> fields, Optional<Dataset> pictures) {
    public TestSet {
        values = List.copyOf(values);
        labels = List.copyOf(labels);
        fields = List.copyOf(fields);
    }

    /** The images of a split. */
    public static TestSet of(Dataset dataset) {
        return new TestSet(
                dataset.name() + "/" + dataset.split(),
                dataset.images(),
                dataset.labelTexts(MiniBatch.UNLABELLED),
                List.of(),
                Optional.of(dataset));
    }

    public int size() {
        return values.size();
    }

    /** Whether any record has a label. */
    public boolean isLabelled() {
        return labels.stream().anyMatch(label -> !label.equals(MiniBatch.UNLABELLED));
    }

    /** The records with that label alone; no pictures. */
    public TestSet withLabel(String label) {
        return of(IntStream.range(0, size())
                .filter(place -> labels.get(place).equals(label))
                .toArray());
    }

    /** The records that have a label alone; no pictures. */
    public TestSet labelled() {
        return of(IntStream.range(0, size())
                .filter(place -> !labels.get(place).equals(MiniBatch.UNLABELLED))
                .toArray());
    }

    /** Some of the records; no pictures. */
    public TestSet part(int from, int to) {
        return of(IntStream.range(from, to).toArray());
    }

    private TestSet of(int[] places) {
        return new TestSet(
                name,
                IntStream.of(places).mapToObj(values::get).toList(),
                IntStream.of(places).mapToObj(labels::get).toList(),
                fields,
                Optional.empty());
    }

    /** The name of an input, or its number from 1 on. */
    String field(int input) {
        return fields.isEmpty() ? Integer.toString(input + 1) : fields.get(input);
    }
}
