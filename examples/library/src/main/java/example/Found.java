package example;

import java.util.Locale;

/** How many of which readings a model takes for unlike the others. */
final class Found {
    /** Share of the readings of late whose error was less. */
    static final double UNUSUAL = 0.99;

    private int worn;
    private int wornFound;
    private int well;
    private int wellFound;

    void add(boolean isWorn, boolean isUnusual) {
        worn += isWorn ? 1 : 0;
        wornFound += isWorn && isUnusual ? 1 : 0;
        well += isWorn ? 0 : 1;
        wellFound += !isWorn && isUnusual ? 1 : 0;
    }

    int readings() {
        return worn + well;
    }

    /** Prints the counts, and fails if the model has not learned what a pump is like. */
    void report() {
        System.out.printf(
                Locale.ROOT,
                "unusual: %d of %d worn, %d of %,d well%n",
                wornFound, worn, wellFound, well);
        if (wornFound < worn / 2 || wellFound > well / 100) {
            throw new IllegalStateException("the model does not know the pump");
        }
    }
}
