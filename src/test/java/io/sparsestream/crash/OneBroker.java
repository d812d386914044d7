package io.sparsestream.crash;

import io.sparsestream.support.Ports;
import io.sparsestream.support.SparsestreamProcess;
import java.io.IOException;
import java.nio.file.Path;

/** The embedded broker, as the command {@code broker} runs it. */
public final class OneBroker implements Brokers {
    private final Path directory;
    private final int port;

    public OneBroker(Path directory) {
        this.directory = directory;
        port = Ports.free();
    }

    @Override
    public int count() {
        return 1;
    }

    @Override
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public SparsestreamProcess start(int node) throws IOException {
        return SparsestreamProcess.start(
                directory.resolve("broker.log"),
                "broker",
                "--dir",
                directory.resolve("broker").toString(),
                "--port",
                Integer.toString(port));
    }
}
