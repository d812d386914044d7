package io.sparsestream.application;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The stream threads of an instance that is left, which are interrupted in what they wait for, but not while they take tasks
 * back from the state updater, as they do when they close. By an interrupt there, or the mark that one before has left, a
 * task would be lost, and its store would stay open, and locked for as long as the process lives.
 */
final class StreamThreads {
    /** Of Kafka Streams: what closes a stream thread, and what takes a task back. */
    private static final Set<String> UNINTERRUPTED = Set.of("completeShutdown", "waitForFuture");

    private final Set<Thread> closing = new HashSet<>();

    /** On a stream thread that an exception ends, which may come of an interrupt: it closes next. */
    synchronized void beginClosing() {
        closing.add(Thread.currentThread());
        Thread.interrupted();
    }

    synchronized void interrupt(Set<String> names) {
        threads(names)
                .filter(thread -> !closing.contains(thread) && isInterruptible(thread))
                .forEach(Thread::interrupt);
    }

    private static Stream<Thread> threads(Set<String> names) {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> names.contains(thread.getName()));
    }

    private static boolean isInterruptible(Thread thread) {
        return Stream.of(thread.getStackTrace())
                .map(StackTraceElement::getMethodName)
                .noneMatch(UNINTERRUPTED::contains);
    }
}
