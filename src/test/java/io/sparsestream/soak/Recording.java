package io.sparsestream.soak;

import io.sparsestream.soak.Series.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What has been seen since the run began. */
final class Recording {
    private final long start = System.nanoTime();
    private final Map<Key, List<Sample>> samples = new LinkedHashMap<>();

    private record Key(String of, Measure measure) {}

    /** Of the run so far. */
    double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    /** @param value in the measure's unit */
    synchronized void add(String of, Measure measure, double value) {
        samples.computeIfAbsent(new Key(of, measure), key -> new ArrayList<>()).add(new Sample(seconds(), value));
    }

    /** In the order in which they began. */
    synchronized List<Series> series() {
        return samples.entrySet().stream()
                .map(entry -> new Series(entry.getKey().of, entry.getKey().measure, List.copyOf(entry.getValue())))
                .toList();
    }
}
