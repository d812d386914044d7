package io.sparsestream.web;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one client has yet to be sent: of every kind of event the newest only. So a slow client misses frames, nobody
 * waits for it, and it costs no more memory than one event of each kind.
 */
final class Mailbox {
    private final Map<String, byte[]> waiting = new LinkedHashMap<>();
    private boolean closed;

    synchronized void put(String kind, byte[] event) {
        if (closed) {
            return;
        }
        waiting.put(kind, event);
        notifyAll();
    }

    /** Waits for an event; null when closed and everything was taken. */
    synchronized byte[] take() throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        if (waiting.isEmpty()) {
            return null;
        }
        Iterator<byte[]> oldest = waiting.values().iterator();
        byte[] event = oldest.next();
        oldest.remove();
        return event;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
