package io.sparsestream.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a run has shown.
 *
 * @param seconds that it took
 * @param scrapes of meters
 * @param commands turns of commands to models
 * @param restarts of the trainer that comes and goes
 * @param series what was seen
 * @param faults what went wrong, apart from what has grown
 */
record Outcome(
        Plan plan, double seconds, int scrapes, int commands, int restarts, List<Series> series, List<String> faults) {
    /** Of all that was looked at often enough. */
    List<Level> levels() {
        return series.stream()
                .map(each -> Level.of(each, seconds))
                .flatMap(Optional::stream)
                .toList();
    }

    List<String> violations() {
        List<String> violations = new ArrayList<>(faults);
        Stream<String> grown = levels().stream().map(Level::violation).flatMap(Optional::stream);
        grown.forEach(violations::add);
        return violations;
    }
}
