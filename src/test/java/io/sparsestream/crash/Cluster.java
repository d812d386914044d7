package io.sparsestream.crash;

import io.sparsestream.support.Launcher;
import io.sparsestream.support.Ports;
import io.sparsestream.support.SparsestreamProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** Three of Kafka's own brokers, each also a controller: replication 3, of which 2 in sync take a write. */
final class Cluster implements Brokers {
    private static final int COUNT = 3;
    private static final String REPLICATION = Integer.toString(COUNT);
    private static final String MIN_IN_SYNC = Integer.toString(COUNT - 1);

    private final Path directory;
    private final List<Machine> machines; // of the brokers
    private final List<Integer> ports; // of the brokers, then of the controllers
    private final String clusterId = Uuid.randomUuid().toString();

    /** On this machine. */
    Cluster(Path directory) {
        this(directory, Collections.nCopies(COUNT, Machine.LOOPBACK));
    }

    /** @param machines one for each */
    Cluster(Path directory, List<Machine> machines) {
        this.directory = directory;
        this.machines = machines;
        ports = Ports.free(2 * COUNT);
    }

    @Override
    public int count() {
        return COUNT;
    }

    @Override
    public String bootstrapServers() {
        return IntStream.range(0, COUNT)
                .mapToObj(node -> machines.get(node).address() + ":" + ports.get(node))
                .collect(Collectors.joining(","));
    }

    @Override
    public SparsestreamProcess start(int node) throws IOException {
        return start(node, machines.get(node).launcher());
    }

    /** Starts one with the Kafka of that version, on the directory that it had before. */
    SparsestreamProcess start(int node, Launcher version) throws IOException {
        Path own = directory(node);
        Path data = own.resolve("data");
        Path config = own.resolve("server.properties");
        if (Files.notExists(config)) {
            Files.createDirectories(data);
            format(node, data);
            try (Writer out = Files.newBufferedWriter(config)) {
                config(node, data).store(out, null);
            }
        }
        return SparsestreamProcess.startKafka(version, log(node), config);
    }

    /** Where a broker keeps its data. */
    Path directory(int node) {
        return directory.resolve("broker-" + node);
    }

    /** Port of a node as a controller. */
    int controllerPort(int node) {
        return ports.get(COUNT + node);
    }

    private Path log(int node) {
        return directory.resolve("broker-" + node + ".log");
    }

    private void format(int node, Path data) throws IOException {
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(node)
                    .setClusterId(clusterId)
                    .setControllerListenerName("CONTROLLER")
                    .addDirectory(data.toString())
                    .setMetadataLogDirectory(data.toString())
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .run();
        } catch (Exception e) {
            throw new IOException("cannot format " + data, e);
        }
    }

    private Properties config(int node, Path data) {
        Properties config = new Properties();
        config.put("process.roles", "broker,controller");
        config.put("node.id", Integer.toString(node));
        String address = machines.get(node).address();
        config.put(
                "listeners",
                "PLAINTEXT://" + address + ":" + ports.get(node) + ",CONTROLLER://" + address + ":"
                        + controllerPort(node));
        config.put("controller.listener.names", "CONTROLLER");
        config.put(
                "controller.quorum.voters",
                IntStream.range(0, COUNT)
                        .mapToObj(voter -> voter + "@" + machines.get(voter).address() + ":" + controllerPort(voter))
                        .collect(Collectors.joining(",")));
        config.put("log.dirs", data.toString());
        config.put("auto.create.topics.enable", "false");
        config.put("default.replication.factor", REPLICATION);
        config.put("min.insync.replicas", MIN_IN_SYNC);
        config.put("offsets.topic.replication.factor", REPLICATION);
        config.put("offsets.topic.num.partitions", "1");
        config.put("transaction.state.log.replication.factor", REPLICATION);
        config.put("transaction.state.log.min.isr", MIN_IN_SYNC);
        config.put("transaction.state.log.num.partitions", "1");
        config.put("group.initial.rebalance.delay.ms", "0");
        // How soon a dead broker's partitions have another leader.
        config.put("broker.session.timeout.ms", "3000");
        config.put("broker.heartbeat.interval.ms", "500");
        config.put("log.cleaner.dedupe.buffer.size", "2097152"); // not 128 MiB
        return config;
    }
}
