package io.sparsestream.cli.feed;

import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.cli.terminal.Shutdown;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The embedded broker alone, until stopped. */
@Command(name = "broker", description = "Runs the embedded Kafka broker alone, on loopback, until stopped.")
public final class BrokerCommand implements Callable<Integer> {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "sparsestream-broker",
            description = "Directory of the broker's data, made when it is not there (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "Port to listen on; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Override
    public Integer call() throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(directory, port);
        try (AutoCloseable hook = Shutdown.closing(broker)) {
            System.out.println(
                    "broker on " + broker.bootstrapServers() + ", data in " + directory + "; Ctrl-C stops it");
            broker.awaitShutdown();
        }
        return 0;
    }
}
