package io.sparsestream.learn;

import java.util.Collection;
import java.util.Optional;

/**
 * Numbers of a stream's labels, from 0 in the order in which they come, in an array that can be kept in a checkpoint. All
 * labels that come when there is one number left share it.
 */
final class LabelClasses {
    /** Classes of the running measures: enough for digits, and a step's cost grows with them. */
    static final int MEASURED = 16;

    private final double[] names; // of the labels that have a number of their own, 0 behind them

    /** @param classes at least 2 */
    LabelClasses(int classes) {
        names = new double[classes - 1];
    }

    /** Live. */
    double[] names() {
        return names;
    }

    /** How many there are; so no label has that number. */
    int count() {
        return names.length + 1;
    }

    /** The number of a label; {@link #count} of {@link MiniBatch#UNLABELLED}. */
    int number(String label) {
        if (label.equals(MiniBatch.UNLABELLED)) {
            return count();
        }
        double name = name(label);
        for (int c = 0; c < names.length; c++) {
            if (names[c] == 0) {
                names[c] = name;
            }
            if (names[c] == name) {
                return c;
            }
        }
        return names.length;
    }

    /** The one of some labels that has a number; empty if none has it alone. */
    Optional<String> label(int number, Collection<String> labels) {
        return labels.stream()
                .filter(label -> number < names.length && names[number] == name(label))
                .findFirst();
    }

    /** A number above 0 for a text, 52 bits of its FNV-1a hash: two texts of one stream have the same by chance only. */
    private static double name(String label) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < label.length(); i++) {
            hash = (hash ^ label.charAt(i)) * 0x100000001b3L;
        }
        return (hash >>> 12) + 1.0;
    }
}
