package io.sparsestream.application;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The stream threads of an instance that is left, each of which is interrupted in what it waits for until it closes. Then it
 * takes its tasks back from its state updater, and waits for them: if it were interrupted there, or the interrupt before had
 * left its mark, their stores would stay open, and locked for as long as the process lives.
 */
final class StreamThreads {
    /** Of Kafka Streams' stream thread. */
    private static final String CLOSE_METHOD = "completeShutdown";

    private final Set<Thread> closing = new HashSet<>();

    /** On a stream thread that an exception ends, which may come of an interrupt: it closes next. */
    synchronized void beginClosing() {
        closing.add(Thread.currentThread());
        Thread.interrupted();
    }

    synchronized void interrupt(Set<String> names) {
        threads(names)
                .filter(thread -> !closing.contains(thread) && !isClosing(thread))
                .forEach(Thread::interrupt);
    }

    private static Stream<Thread> threads(Set<String> names) {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> names.contains(thread.getName()));
    }

    private static boolean isClosing(Thread thread) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals(CLOSE_METHOD));
    }
}
