package io.sparsestream.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackgroundTest {
    @Test
    void givesTheResult() throws Exception {
        assertThat(Background.run("work", () -> 7).get(10, TimeUnit.SECONDS)).isEqualTo(7);
    }

    /** Whoever waits for the result would wait for ever. */
    @Test
    void anErrorIsAResultToo() {
        CompletableFuture<Object> result = Background.run("work", () -> {
            throw new LinkageError("no such library");
        });
        assertThatThrownBy(() -> result.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("no such library");
    }
}
