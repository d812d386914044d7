package io.sparsestream.bench;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import java.util.Locale;
import java.util.Map;

/**
 * What is trained.
 *
 * @param kind which model, on which records
 * @param width factor on the 300 and 30 units of the hidden layers
 * @param batch records of a mini-batch
 */
record Size(Kind kind, int width, int batch) {
    static final Size REFERENCE = new Size(1, 60);

    /** A model, the hyperparameters that it is trained with, and where its records come from. */
    enum Kind {
        /** The sparse preset on handwritten digits, four of five of whose pixels are 0. */
        DIGITS(784, false),
        /** The same on random grey values, none of which is 0. */
        GREYS(784, true),
        /** Random grey values, a thousand a record. */
        WIDE(1000, true),
        /** A dictionary of digits. */
        DICTIONARY(784, false, 1000, 25),
        /** A dictionary as of a language model's activations. */
        LARGE_DICTIONARY(768, true, 8192, 32);

        private final int inputs;
        private final boolean isRandom;
        private final int units; // of a dictionary
        private final int active; // of these; 0 if it is none

        Kind(int inputs, boolean isRandom) {
            this(inputs, isRandom, 0, 0);
        }

        Kind(int inputs, boolean isRandom, int units, int active) {
            this.inputs = inputs;
            this.isRandom = isRandom;
            this.units = units;
            this.active = active;
        }

        /** Whether the records are random ones, without zeros. */
        boolean isRandom() {
            return isRandom;
        }

        int inputs() {
            return inputs;
        }

        /** For people. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    Size(int width, int batch) {
        this(Kind.DIGITS, width, batch);
    }

    /** Active units of a record in a dictionary; 0 if the model is none. */
    int active() {
        return kind.active;
    }

    Architecture architecture() {
        return active() > 0
                ? Architecture.of(kind.inputs, kind.units, kind.inputs)
                : Architecture.of(kind.inputs, 300 * width, 30 * width, 300 * width, kind.inputs);
    }

    Hyperparameters hyperparameters() {
        Hyperparameters preset = active() > 0
                ? Hyperparameters.DICTIONARY.with(Map.of("activation", "topk:" + active()))
                : Hyperparameters.SPARSE;
        return preset.with(Map.of("batch", Integer.toString(batch)));
    }

    /** Multiplications and additions of one step's matrix products, every pixel counted. */
    double operations() {
        int[] sizes =
                architecture().sizes().stream().mapToInt(Integer::intValue).toArray();
        double sum = 0;
        for (int layer = 0; layer + 1 < sizes.length; layer++) {
            int products =
                    layer == 0 ? 2 : 3; // forward, weight gradient, and that of the layer's input but for the first
            sum += 2.0 * products * batch * sizes[layer] * sizes[layer + 1];
        }
        return sum;
    }
}
