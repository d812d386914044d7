package io.sparsestream.cli.demo;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Work on a thread of its own. */
final class Background {
    private Background() {}

    static <T> CompletableFuture<T> run(String name, Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        new Thread(
                        () -> {
                            try {
                                result.complete(work.call());
                            } catch (Throwable e) { // whatever it is: who waits for the result must not wait for ever
                                result.completeExceptionally(e);
                            }
                        },
                        name)
                .start();
        return result;
    }
}
