package io.sparsestream.support;

/** A trainer or broker that nobody has killed has ended: a violation of what is promised, whatever its reason. */
public final class ProcessEndedException extends Exception {
    ProcessEndedException(String lastLine) {
        super("a process has ended by itself: " + lastLine);
    }
}
