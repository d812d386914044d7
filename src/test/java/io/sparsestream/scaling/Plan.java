package io.sparsestream.scaling;

import java.util.List;
import java.util.Locale;

/**
 * What is measured.
 *
 * @param partitions of the images topic, so as many replicas; 1: none of the rounds
 * @param trainers processes; one more than replicas leaves one to the averaging alone
 * @param every local steps of a round
 * @param encoding of the updates
 * @param images on the images topic, all sent before the trainers start
 */
record Plan(int partitions, int trainers, int every, String encoding, long images) {
    /** Options of {@code train}. */
    List<String> options() {
        return partitions == 1
                ? List.of()
                : List.of("--sync-every", Integer.toString(every), "--update-encoding", encoding);
    }

    @Override
    public String toString() {
        return partitions == 1
                ? "P = 1"
                : String.format(Locale.ROOT, "P = %d, K = %d, %s, %d processes", partitions, every, encoding, trainers);
    }
}
