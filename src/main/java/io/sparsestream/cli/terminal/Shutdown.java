package io.sparsestream.cli.terminal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Closes what runs when the process is told to stop (SIGTERM, SIGINT), and says so at once: closing takes a while. */
public final class Shutdown {
    private static final int LIMIT_SECONDS = 10;

    private Shutdown() {}

    /**
     * On a signal, tells what the calling thread does to stop, and waits until it has; closing the result says that it
     * has.
     */
    public static AutoCloseable stopping(Runnable stop) {
        CountDownLatch done = new CountDownLatch(1);
        AutoCloseable hook = closing(() -> {
            stop.run();
            done.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        });
        return () -> {
            done.countDown(); // first: closing the hook waits for it
            hook.close();
        };
    }

    /** Closes the resource on a signal; closing the result forgets about it again. */
    public static AutoCloseable closing(AutoCloseable resource) {
        Thread hook = new Thread(
                () -> {
                    System.err.println("stopping ...");
                    try {
                        resource.close();
                    } catch (Exception e) {
                        System.err.println("sparsestream: could not stop cleanly: " + e.getMessage());
                    }
                },
                "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        return () -> {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                hook.join(); // already going down: the hook does the closing
            }
        };
    }
}
