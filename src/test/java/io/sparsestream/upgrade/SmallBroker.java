package io.sparsestream.upgrade;

import io.sparsestream.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Map;

/** The embedded broker with small index files: it allocates 10 MiB for each of them otherwise, too much to keep. */
final class SmallBroker {
    private SmallBroker() {}

    /** @param args directory and port */
    public static void main(String[] args) throws Exception {
        EmbeddedBroker.start(Path.of(args[0]), Integer.parseInt(args[1]), Map.of("log.index.size.max.bytes", "4096"))
                .awaitShutdown();
    }
}
