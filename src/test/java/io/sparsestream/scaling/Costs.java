package io.sparsestream.scaling;

import java.util.Locale;

/**
 * What training costs, in seconds of one core; measured, see docs/SCALING.md.
 *
 * @param step a replica's thread for one training step and all that belongs to it: read, train, emit, commit
 * @param stepCpu the same on all threads of the trainer and of the broker; more than {@code step}, since some of it is
 *     done beside
 * @param round from the last local step to the first of the next round, apart from the averaging: two transactions, the
 *     update written and the answer taken
 * @param gather an update at the averaging task, and its answer, whatever their encoding
 * @param brokerCpu the broker for one image, there and back
 */
record Costs(double step, double stepCpu, double round, double gather, double brokerCpu) {
    /** On two cores of an Intel Xeon, the preset sparse; each process with cores of its own. */
    static final Costs MEASURED = new Costs(0.0027, 0.0052, 0.15, 0.02, 25e-6);

    /** @throws IllegalArgumentException unless there are five, in the order of the components */
    static Costs of(double... seconds) {
        if (seconds.length != 5) {
            throw new IllegalArgumentException("--costs are five numbers, not " + seconds.length);
        }
        return new Costs(seconds[0], seconds[1], seconds[2], seconds[3], seconds[4]);
    }

    /** As {@code --costs} takes them. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4f,%.4f,%.4f,%.4f,%.7f", step, stepCpu, round, gather, brokerCpu);
    }
}
