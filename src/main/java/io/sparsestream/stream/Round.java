package io.sparsestream.stream;

import java.util.Map;
import java.util.Set;

/**
 * A round that the averager has closed. Replicas are named by their partition.
 *
 * @param number rounds closed, this one included
 * @param nanos from the first update to the closing
 * @param bytes of the updates
 * @param divergence of each replica that has trained: ‖δ − δ̅‖ / ‖δ̅‖, δ its change and δ̅ the average
 * @param late replicas whose local steps had begun from an older round's parameters
 * @param missing replicas that were waited for in vain
 */
public record Round(
        long number,
        long nanos,
        long bytes,
        Map<Integer, Double> divergence,
        Set<Integer> late,
        Set<Integer> missing) {}
