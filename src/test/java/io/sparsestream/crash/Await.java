package io.sparsestream.crash;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Waits for what processes bring about, as long as these live. */
public final class Await {
    private static final long LIMIT_SECONDS = 180;
    private static final long POLL_MILLIS = 100;
    private static final int LAST_LINES = 12;

    private Await() {}

    /** What is waited for. */
    public interface Condition {
        boolean holds() throws Exception;
    }

    /**
     * Waits until the condition holds; one that fails does not hold, since a broker may be on its way down or up.
     *
     * @throws ProcessEndedException if one of the processes has ended
     * @throws IllegalStateException with the last words of all if it does not come to hold
     */
    public static void until(String what, List<SparsestreamProcess> living, Condition condition)
            throws InterruptedException, IOException, ProcessEndedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (true) {
            Exception failure = null;
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (Exception e) {
                failure = e;
            }
            requireAlive(living);
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "waited " + LIMIT_SECONDS + " s for " + what + lastWords(living), failure);
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** @throws ProcessEndedException with its last words if one of the processes has ended */
    static void requireAlive(List<SparsestreamProcess> living) throws IOException, ProcessEndedException {
        for (SparsestreamProcess process : living) {
            if (!process.isAlive()) {
                throw new ProcessEndedException(String.join("\n", process.lastLines(1)));
            }
        }
    }

    private static String lastWords(List<SparsestreamProcess> processes) throws IOException {
        StringBuilder words = new StringBuilder();
        for (SparsestreamProcess process : processes) {
            words.append("\nprocess ").append(process.pid()).append(" said last:");
            process.lastLines(LAST_LINES).forEach(line -> words.append("\n  ").append(line));
        }
        return words.toString();
    }
}
