package io.sparsestream.scaling;

/**
 * What training costs, in seconds of one core; measured, see docs/SCALING.md.
 *
 * @param step a replica's thread for one training step and all that belongs to it: read, train, emit, commit
 * @param stepCpu the same on all threads of the trainer and of the broker; more than {@code step}, since some of it is
 *     done beside
 * @param round from the last local step to the first of the next round, apart from the averaging: two transactions, the
 *     update written and the answer taken
 * @param gather an update at the averaging task, and its answer
 * @param brokerCpu the broker for one image, there and back
 */
record Costs(double step, double stepCpu, double round, double gather, double brokerCpu) {
    /** On two cores of an AMD EPYC, the preset sparse. */
    static final Costs MEASURED = new Costs(0.0036, 0.0055, 0.12, 0.02, 27e-6);
}
