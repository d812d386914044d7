package io.sparsestream.crash;

import io.sparsestream.support.SparsestreamProcess;
import java.io.IOException;
import java.util.List;

/** A process on a machine of its own, which is started again when it has ended. */
final class Node {
    private final String name;
    private final Machine machine;
    private final Start start;
    private SparsestreamProcess process; // the last one
    private int before; // lines that its predecessors have printed

    /** How a process of the node is started. */
    @FunctionalInterface
    interface Start {
        SparsestreamProcess start() throws IOException;
    }

    /** One that runs. */
    Node(String name, Machine machine, Start start) throws IOException {
        this.name = name;
        this.machine = machine;
        this.start = start;
        process = start.start();
    }

    Machine machine() {
        return machine;
    }

    SparsestreamProcess process() {
        return process;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Starts it where it does not run. */
    void revive() throws IOException {
        if (!isAlive()) {
            before = process.lines().size();
            process = start.start();
        }
    }

    /** Whether the present process has printed a line with those words. */
    boolean hasSaid(String words) throws IOException {
        List<String> lines = process.lines();
        return lines.subList(before, lines.size()).stream().anyMatch(line -> line.contains(words));
    }

    @Override
    public String toString() {
        return name;
    }
}
