package io.sparsestream.scaling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What all processes have done so far.
 *
 * @param seconds of the clock
 * @param images trained
 * @param rounds closed
 * @param waited seconds that all replicas together have waited for answers
 * @param roundSeconds sum over the rounds, each from its first update to its closing
 * @param trainerCpu processor time of each trainer, in seconds
 * @param streamThreadCpu the same of its stream thread alone
 * @param brokerCpu the same of the broker
 * @param in bytes that the broker has received, by topic
 * @param out bytes that it has sent, by topic
 */
record Snapshot(
        double seconds,
        double images,
        double rounds,
        double waited,
        double roundSeconds,
        List<Double> trainerCpu,
        List<Double> streamThreadCpu,
        double brokerCpu,
        Map<String, Double> in,
        Map<String, Double> out) {
    /** What has been done since an earlier one. */
    Snapshot since(Snapshot earlier) {
        return new Snapshot(
                seconds - earlier.seconds,
                images - earlier.images,
                rounds - earlier.rounds,
                waited - earlier.waited,
                roundSeconds - earlier.roundSeconds,
                difference(trainerCpu, earlier.trainerCpu),
                difference(streamThreadCpu, earlier.streamThreadCpu),
                brokerCpu - earlier.brokerCpu,
                difference(in, earlier.in),
                difference(out, earlier.out));
    }

    private static List<Double> difference(List<Double> now, List<Double> earlier) {
        List<Double> difference = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            difference.add(now.get(i) - earlier.get(i));
        }
        return difference;
    }

    private static Map<String, Double> difference(Map<String, Double> now, Map<String, Double> earlier) {
        Map<String, Double> difference = new TreeMap<>();
        now.forEach((topic, bytes) -> difference.put(topic, bytes - earlier.getOrDefault(topic, 0.0)));
        return difference;
    }
}
