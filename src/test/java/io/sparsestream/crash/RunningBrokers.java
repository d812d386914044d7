package io.sparsestream.crash;

import io.sparsestream.support.Await;
import io.sparsestream.support.ProcessEndedException;
import io.sparsestream.support.SparsestreamProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/** The brokers of a run, started, one of which may be killed and come back. */
final class RunningBrokers implements AutoCloseable {
    private final Brokers brokers;
    private final List<SparsestreamProcess> processes = new ArrayList<>(); // null where one has been killed

    RunningBrokers(Brokers brokers) {
        this.brokers = brokers;
    }

    int count() {
        return brokers.count();
    }

    String bootstrapServers() {
        return brokers.bootstrapServers();
    }

    /** For clients. */
    Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", bootstrapServers());
    }

    /** Starts all, and waits until they answer. */
    void start() throws Exception {
        for (int node = 0; node < brokers.count(); node++) {
            processes.add(brokers.start(node));
        }
        awaitSync(List.of());
    }

    void kill(int node) throws InterruptedException {
        processes.get(node).kill();
        processes.set(node, null);
    }

    /** The brokers that have not been killed, and those trainers: all that must live. */
    List<SparsestreamProcess> and(List<SparsestreamProcess> trainers) {
        return Stream.concat(living(), trainers.stream()).toList();
    }

    private Stream<SparsestreamProcess> living() {
        return processes.stream().filter(Objects::nonNull);
    }

    /**
     * Starts a killed one again, and waits until it has caught up.
     *
     * @param trainers which must live meanwhile
     */
    void restart(int node, List<SparsestreamProcess> trainers) throws Exception {
        processes.set(node, brokers.start(node));
        awaitSync(trainers);
    }

    private void awaitSync(List<SparsestreamProcess> trainers)
            throws IOException, InterruptedException, ProcessEndedException {
        Await.until("the brokers to answer, in sync", and(trainers), () -> {
            try (Admin admin = Admin.create(kafka())) {
                return brokers.areInSync(admin);
            }
        });
    }

    /** What is wrong with the topics that there are. */
    List<String> violations() throws Exception {
        try (Admin admin = Admin.create(kafka())) {
            return brokers.violations(admin);
        }
    }

    @Override
    public void close() throws InterruptedException {
        for (SparsestreamProcess process : living().toList()) {
            process.kill();
        }
    }
}
