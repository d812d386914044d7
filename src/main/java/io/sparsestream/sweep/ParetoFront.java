package io.sparsestream.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Of MSE against distance from ρ: the trials than which no other is as good in both and better in one. */
final class ParetoFront {
    private ParetoFront() {}

    /** The front, by ascending distance. */
    static List<Trial> of(List<Trial> trials) {
        return trials.stream()
                .filter(trial -> trials.stream().noneMatch(other -> dominates(other, trial)))
                .sorted(Comparator.comparingDouble(Trial::distance).thenComparingDouble(Trial::mse))
                .toList();
    }

    private static boolean dominates(Trial one, Trial other) {
        return one.mse() <= other.mse()
                && one.distance() <= other.distance()
                && (one.mse() < other.mse() || one.distance() < other.distance());
    }

    /**
     * All trials, those of the front first, then the front of the rest, and so on (non-dominated sorting: K. Deb et al.,
     * "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", 2002); within a front by MSE.
     */
    static List<Trial> ranked(List<Trial> trials) {
        List<Trial> rest = new ArrayList<>(trials);
        List<Trial> ranked = new ArrayList<>();
        while (!rest.isEmpty()) {
            List<Trial> front = of(rest);
            rest.removeAll(front);
            front.stream().sorted(Comparator.comparingDouble(Trial::mse)).forEach(ranked::add);
        }
        return ranked;
    }
}
