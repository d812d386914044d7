package io.sparsestream.crash;

import io.sparsestream.support.SparsestreamProcess;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process on a machine and a disk of its own, which is started again when it has ended. */
final class Node {
    private final String name;
    private final Machine machine;
    private final Disk disk;
    private final Optional<ShiftableClock> clock;
    private final Start start;
    private SparsestreamProcess process; // the last one
    private int before; // lines that its predecessors have printed

    /** How a process of the node is started. */
    @FunctionalInterface
    interface Start {
        SparsestreamProcess start() throws IOException;
    }

    /**
     * One that runs.
     *
     * @param clock of the process; empty where it is that of all
     */
    Node(String name, Machine machine, Disk disk, Optional<ShiftableClock> clock, Start start) throws IOException {
        this.name = name;
        this.machine = machine;
        this.disk = disk;
        this.clock = clock;
        this.start = start;
        process = start.start();
    }

    Machine machine() {
        return machine;
    }

    Disk disk() {
        return disk;
    }

    Optional<ShiftableClock> clock() {
        return clock;
    }

    SparsestreamProcess process() {
        return process;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Gives a process that is about to end some seconds to do so. */
    void mayEnd(int seconds) throws InterruptedException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (isAlive() && System.nanoTime() < limit) {
            Thread.sleep(100);
        }
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
