package io.sparsestream.soak;

import java.util.List;

/**
 * A measure of something over a run.
 *
 * @param of a process, or what else has it
 * @param samples by ascending time
 */
record Series(String of, Measure measure, List<Sample> samples) {
    /**
     * One look.
     *
     * @param seconds since the run began
     * @param value in the measure's unit
     */
    record Sample(double seconds, double value) {}
}
