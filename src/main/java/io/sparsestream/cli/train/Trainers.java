package io.sparsestream.cli.train;

import io.micrometer.core.instrument.MeterRegistry;
import io.sparsestream.application.Health;
import io.sparsestream.cli.terminal.Resources;
import io.sparsestream.metrics.StreamMetrics;
import io.sparsestream.trainer.Trainer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

/** The trainers of one process: the health of all of them, and the meters of each. */
final class Trainers implements AutoCloseable {
    private final MeterRegistry registry;
    private final int expected;
    private final List<Trainer> running = new CopyOnWriteArrayList<>();
    private final Resources open = new Resources();

    /** @param expected how many there will be: until then the process is starting */
    Trainers(MeterRegistry registry, int expected) {
        this.registry = registry;
        this.expected = expected;
    }

    /** Takes over a trainer that has been started. */
    Trainer add(String model, Trainer trainer) {
        open.add(trainer);
        open.add(new StreamMetrics(registry, model, trainer));
        running.add(trainer);
        return trainer;
    }

    Health health() {
        return running.size() < expected
                ? Health.STARTING
                : Health.of(running.stream().map(Trainer::health).toList());
    }

    /** @throws ExecutionException if a trainer has been stopped by an error */
    void requireNoFailure() throws ExecutionException, InterruptedException {
        for (Trainer trainer : running) {
            if (trainer.failed().isDone()) {
                trainer.failed().get();
            }
        }
    }

    @Override
    public void close() throws Exception {
        open.close();
    }
}
