package io.sparsestream.dataset;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Records of numbers in memory, in the order of the file that they come from.
 *
 * @param name of the file, for keys
 * @param size number of records
 * @param shape of each record, such as {@code 28x28}; {@code 1xN} of one that is a row of a table
 * @param width numbers of each record
 * @param columns their names; empty if they have none
 * @param areBytes whether all of them are whole and 0 … 255 by their type, as greys are
 * @param numbers which may be NaN, where one is missing
 * @param labels of each record; empty if they have none
 */
public record Samples(
        String name,
        int size,
        String shape,
        int width,
        List<String> columns,
        boolean areBytes,
        Numbers numbers,
        List<String> labels) {

    /** Where the numbers are. */
    @FunctionalInterface
    public interface Numbers {
        /**
         * One number.
         *
         * @param sample from 0 on
         * @param column from 0 on
         */
        double at(int sample, int column);
    }

    public Samples {
        columns = List.copyOf(columns);
        labels = List.copyOf(labels);
    }

    /** Those of a split, whose greys they are. */
    public static Samples of(Dataset dataset) {
        return new Samples(
                dataset.name() + "/" + dataset.split(),
                dataset.size(),
                dataset.shape(),
                dataset.rows() * dataset.columns(),
                List.of(),
                true,
                (sample, column) -> Byte.toUnsignedInt(dataset.images().get(sample)[column]),
                IntStream.range(0, dataset.isLabelled() ? dataset.size() : 0)
                        .mapToObj(sample -> Integer.toString(dataset.label(sample)))
                        .toList());
    }

    public Optional<String> label(int sample) {
        return labels.isEmpty() ? Optional.empty() : Optional.of(labels.get(sample));
    }

    /** The numbers of one record. */
    public double[] sample(int index) {
        double[] sample = new double[width];
        for (int column = 0; column < width; column++) {
            sample[column] = numbers.at(index, column);
        }
        return sample;
    }
}
