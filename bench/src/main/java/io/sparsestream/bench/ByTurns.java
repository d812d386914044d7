package io.sparsestream.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Contenders by turns, round after round, each in a process of its own. */
final class ByTurns {
    private ByTurns() {}

    /**
     * What came of a contender.
     *
     * @param rate steps/s of each round
     * @param loss of its last step
     */
    record Result(Sample rate, double loss) {}

    /** The results by name, in the order of the names. */
    static Map<String, Result> measure(List<String> names, Size size, Path data, int rounds, double seconds) {
        List<WorkerProcess> workers = new ArrayList<>();
        try {
            for (String name : names) {
                workers.add(new WorkerProcess(name, size, data));
            }
            Map<WorkerProcess, List<Double>> rates = new LinkedHashMap<>();
            for (int round = 0; round < rounds; round++) {
                for (WorkerProcess worker : workers) {
                    rates.computeIfAbsent(worker, each -> new ArrayList<>()).add(worker.measure(seconds));
                }
            }
            Map<String, Result> results = new LinkedHashMap<>();
            rates.forEach(
                    (worker, values) -> results.put(worker.name(), new Result(new Sample(values), worker.loss())));
            return results;
        } finally {
            workers.forEach(WorkerProcess::close);
        }
    }
}
