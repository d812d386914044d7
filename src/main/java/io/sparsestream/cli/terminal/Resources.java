package io.sparsestream.cli.terminal;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a command has opened, closed in the opposite order; by the command or, on a signal, by another thread. */
public final class Resources implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** Returns the resource, which is closed before those that were added earlier. */
    public synchronized <T extends AutoCloseable> T add(T resource) {
        open.push(resource);
        return resource;
    }

    /** Closes all of them, also where closing some of them fails; the first failure is thrown. */
    @Override
    public synchronized void close() throws Exception {
        if (open.isEmpty()) {
            return;
        }
        AutoCloseable last = open.pop();
        try (AutoCloseable rest = this) {
            last.close();
        }
    }
}
