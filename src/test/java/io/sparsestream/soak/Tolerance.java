package io.sparsestream.soak;

/**
 * What a measure may change by and still be level.
 *
 * @param share of where it stood that it may grow by
 * @param least that it may grow by in any case, in the measure's unit
 * @param loss share of where it stood that it may fall by; 1 where less is no fault
 */
record Tolerance(double share, double least, double loss) {
    static final Tolerance NONE = new Tolerance(0, 0, 0);

    /** May grow by the greater of the two, and fall as far as it likes. */
    static Tolerance growth(double share, double least) {
        return new Tolerance(share, least, 1);
    }

    /** Either way. */
    static Tolerance within(double share) {
        return new Tolerance(share, 0, share);
    }

    /** What a measure that stood there may grow by. */
    double growthFrom(double before) {
        return Math.max(share * before, least);
    }

    /** What it may fall by. */
    double lossFrom(double before) {
        return loss * before;
    }
}
