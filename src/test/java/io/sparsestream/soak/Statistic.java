package io.sparsestream.soak;

/** One number for many. */
enum Statistic {
    MEDIAN {
        @Override
        double of(double[] sorted) {
            return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        }
    },
    /** What nine in ten do not exceed: of disks, the room that must be there. */
    HIGH {
        @Override
        double of(double[] sorted) {
            return sorted[(int) (0.9 * (sorted.length - 1))];
        }
    };

    /** @param sorted ascending, one at least */
    abstract double of(double[] sorted);
}
