package io.sparsestream.cli;

/** Closes what runs when the process is told to stop (SIGTERM, SIGINT). */
final class Shutdown {
    private Shutdown() {}

    /** Closes the resource on a signal; closing the result forgets about it again. */
    static AutoCloseable closing(AutoCloseable resource) {
        Thread hook = new Thread(
                () -> {
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
