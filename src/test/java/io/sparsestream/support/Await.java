package io.sparsestream.support;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Waits for what comes, up to a limit. */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(150);

    /** Not shorter, since a look at a browser or a broker takes some of the processor that it waits for. */
    private static final Duration POLL = Duration.ofMillis(200);

    private static final int LAST_LINES = 12;
    private static final int FRAMES = 30;

    private final String what;
    private final Duration limit;
    private final Condition condition;
    private final long start = System.nanoTime();
    private Exception failure; // of the last look, null if there was none

    private Await(String what, Duration limit, Condition condition) {
        this.what = what;
        this.limit = limit;
        this.condition = condition;
    }

    /** What is waited for. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /**
     * Waits until the condition holds. One that throws an exception does not hold, since what it looks at may be on its
     * way down or up; one that throws an error, as an assertion does, will never hold.
     *
     * @throws IllegalStateException if it does not come to hold
     */
    public static void until(String what, Condition condition) throws InterruptedException {
        until(what, LIMIT, condition);
    }

    /** The same with a limit of its own. */
    public static void until(String what, Duration limit, Condition condition) throws InterruptedException {
        Await await = new Await(what, limit, condition);
        while (!await.holds()) {
            if (await.isOver()) {
                throw await.overdue(streamThreads());
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    /**
     * The same for what processes bring about, as long as these live.
     *
     * @throws ProcessEndedException if one of the processes has ended
     * @throws IllegalStateException with the last words of all if it does not come to hold
     */
    public static void until(String what, List<SparsestreamProcess> living, Condition condition)
            throws InterruptedException, IOException, ProcessEndedException {
        Await await = new Await(what, LIMIT, condition);
        while (!await.holds()) {
            requireAlive(living);
            if (await.isOver()) {
                throw await.overdue(lastWords(living));
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    /**
     * Lets time pass where nothing tells when it is enough, or where something must not happen meanwhile.
     *
     * @param why what the time is for
     */
    public static void pass(String why, Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }

    private boolean holds() throws InterruptedException {
        try {
            failure = null;
            return condition.holds();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            failure = e;
            return false;
        }
    }

    private boolean isOver() {
        return System.nanoTime() - start > limit.toNanos();
    }

    private IllegalStateException overdue(String lastWords) {
        return new IllegalStateException("waited " + limit.toSeconds() + " s for " + what + lastWords, failure);
    }

    /** @throws ProcessEndedException with its last words if one of the processes has ended */
    public static void requireAlive(List<SparsestreamProcess> living) throws IOException, ProcessEndedException {
        for (SparsestreamProcess process : living) {
            if (!process.isAlive()) {
                throw new ProcessEndedException(String.join("\n", process.lastLines(1)));
            }
        }
    }

    /** What those of Kafka Streams do in this JVM: if what is waited for comes of one of them, it tells why it does not. */
    private static String streamThreads() {
        StringBuilder stacks = new StringBuilder();
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            if (thread.getName().contains("StreamThread")) {
                stacks.append("\n").append(thread.getName()).append(", ").append(thread.getState());
                Arrays.stream(stack)
                        .limit(FRAMES)
                        .forEach(frame -> stacks.append("\n  at ").append(frame));
            }
        });
        return stacks.toString();
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
