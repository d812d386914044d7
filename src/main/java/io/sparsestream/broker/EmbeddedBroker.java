package io.sparsestream.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.controller.ControllerRequestContext;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/** A single-node KRaft broker in this JVM, on loopback alone; its directory is formatted on first start. */
public final class EmbeddedBroker implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int NODE = 1;
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final int POLL_MILLIS = 10;

    private final ControllerServer controller;
    private final BrokerServer broker;
    private final String bootstrapServers;
    private final FileChannel lock;

    private EmbeddedBroker(
            ControllerServer controller, BrokerServer broker, String bootstrapServers, FileChannel lock) {
        this.controller = controller;
        this.broker = broker;
        this.lock = lock;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts on a new or an earlier broker's directory.
     *
     * @param port 0 for a free one
     * @throws IOException if the port is taken, or the directory cannot be used
     */
    public static EmbeddedBroker start(Path directory, int port) throws IOException {
        return start(directory, port, Map.of());
    }

    /**
     * Starts with broker properties of one's own, which come before those set here.
     *
     * @param port of the plain listener, 0 for a free one
     * @throws IOException if the port is taken, the directory cannot be used, or the broker refuses the properties
     */
    public static EmbeddedBroker start(Path directory, int port, Map<String, String> properties) throws IOException {
        int brokerPort;
        int controllerPort;
        // Both at once: a port that is free again may be given a second time.
        try (ServerSocket forBroker = reserve(port);
                ServerSocket forController = reserve(0)) {
            brokerPort = forBroker.getLocalPort();
            controllerPort = forController.getLocalPort();
        }
        Path data = directory.resolve("data").toAbsolutePath();
        Path metadata = directory.resolve("metadata").toAbsolutePath();
        try {
            Files.createDirectories(data);
            Files.createDirectories(metadata);
        } catch (IOException e) {
            throw new IOException("broker directory " + directory + " cannot be written: choose another with --dir", e);
        }
        FileChannel lock = lock(directory);
        try {
            if (!Files.exists(metadata.resolve("meta.properties"))) {
                format(data, metadata);
            }
            Map<String, Object> config = config(data, metadata, brokerPort, controllerPort);
            config.putAll(properties);
            return start(new KafkaConfig(config), HOST + ":" + brokerPort, lock);
        } catch (Exception e) {
            lock.close();
            throw new IOException("the broker cannot start on " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Controller and broker of one node, as {@code kafka.server.KafkaRaftServer} puts them together, but for one thing: the
     * broker does not start before the controller has been told that the killed one which it follows is gone. Kafka's own broker
     * would take up what its predecessor led while that still counts as alive, and when it is fenced then, leave out the
     * markers of every transaction that is decided but not yet carried out: {@code TransactionMarkerChannelManager} takes a
     * partition without a leader for a deleted one (Kafka 4.3.1). Nobody could read such partitions to their end any more,
     * nor restart from what was committed in them.
     */
    private static EmbeddedBroker start(KafkaConfig config, String bootstrapServers, FileChannel lock)
            throws IOException, InterruptedException {
        Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> initialized =
                KafkaRaftServer.initializeLogDirs(config, LOG, "");
        SharedServer shared = new SharedServer(
                config,
                initialized._1,
                Time.SYSTEM,
                new Metrics(),
                CompletableFuture.completedFuture(
                        QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                List.of(),
                new StandardFaultHandlerFactory(),
                ServerSocketFactory.INSTANCE);
        ControllerServer controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), initialized._2);
        controller.startup();
        try {
            long start = System.nanoTime();
            while (hasNotRead(controller)) { // and so would deny that any broker is alive
                pause(start, "the controller has not read its metadata");
            }
            while (controller.metadataCache().hasAliveBroker(NODE)) {
                unregister(controller);
                pause(start, "the controller takes the broker for alive that was killed");
            }
            BrokerServer broker = new BrokerServer(shared);
            broker.startup();
            return new EmbeddedBroker(controller, broker, bootstrapServers, lock);
        } catch (Exception e) {
            controller.shutdown();
            throw e;
        }
    }

    /** Whether what the controller answers from is still empty: it starts before it has read its log to the end. */
    private static boolean hasNotRead(ControllerServer controller) {
        return controller.metadataCache().currentImage() == MetadataImage.EMPTY;
    }

    private static void pause(long start, String late) throws IOException, InterruptedException {
        if (System.nanoTime() - start > START_LIMIT_NANOS) {
            throw new IOException(late);
        }
        Thread.sleep(POLL_MILLIS);
    }

    /** Tells the controller that the broker that it knows is gone, if it listens already. */
    private static void unregister(ControllerServer controller) throws InterruptedException {
        try {
            controller
                    .controller()
                    .unregisterBroker(
                            new ControllerRequestContext(
                                    new RequestHeaderData(), KafkaPrincipal.ANONYMOUS, OptionalLong.empty()),
                            NODE)
                    .get();
        } catch (ExecutionException e) {
            LOG.debug("the controller does not take the broker for gone yet", e);
        }
    }

    /** Our own lock: a Kafka broker that finds a directory locked ends the whole JVM. */
    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("broker.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null; // this very JVM has it
        }
        if (lock == null) {
            channel.close();
            throw new IOException("another broker is running on " + directory + ": stop it, or choose another --dir");
        }
        return channel;
    }

    private static ServerSocket reserve(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port));
            return socket;
        } catch (IOException | IllegalArgumentException e) {
            socket.close();
            throw new IOException(
                    "port " + port + " on " + HOST + " is not free: stop what uses it, or choose another port", e);
        }
    }

    private static void format(Path data, Path metadata) throws Exception {
        Formatter formatter = new Formatter();
        formatter
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(NODE)
                .setClusterId(Uuid.randomUuid().toString())
                .setControllerListenerName("CONTROLLER")
                .addDirectory(data.toString())
                .addDirectory(metadata.toString())
                .setMetadataLogDirectory(metadata.toString())
                .setReleaseVersion(MetadataVersion.latestProduction())
                .run();
    }

    private static Map<String, Object> config(Path data, Path metadata, int brokerPort, int controllerPort) {
        Map<String, Object> config = new HashMap<>();
        config.put("process.roles", "broker,controller");
        config.put("node.id", NODE);
        config.put(
                "listeners", "PLAINTEXT://" + HOST + ":" + brokerPort + ",CONTROLLER://" + HOST + ":" + controllerPort);
        config.put("controller.listener.names", "CONTROLLER");
        config.put("controller.quorum.voters", NODE + "@" + HOST + ":" + controllerPort);
        config.put("log.dirs", data.toString());
        // Apart from the data: else a second broker opens the live metadata log before any lock stops it.
        config.put("metadata.log.dir", metadata.toString());
        config.put("auto.create.topics.enable", "false");
        config.put("num.partitions", "1");
        config.put("default.replication.factor", "1");
        config.put("min.insync.replicas", "1");
        config.put("offsets.topic.num.partitions", "1");
        config.put("offsets.topic.replication.factor", "1");
        // For good: a model that is left alone for weeks goes on where it was.
        config.put("offsets.retention.minutes", Integer.toString(Integer.MAX_VALUE));
        config.put("transaction.state.log.num.partitions", "1");
        config.put("transaction.state.log.replication.factor", "1");
        config.put("transaction.state.log.min.isr", "1");
        config.put("share.coordinator.state.topic.num.partitions", "1");
        config.put("share.coordinator.state.topic.replication.factor", "1");
        config.put("share.coordinator.state.topic.min.isr", "1");
        config.put("group.initial.rebalance.delay.ms", "0");
        config.put("group.streams.initial.rebalance.delay.ms", "0");
        // For ever: the controller, in the same process, would take a broker that only stood still for gone,
        // and leave out the markers of transactions that are decided at that moment.
        config.put("broker.session.timeout.ms", Integer.toString(Integer.MAX_VALUE));
        config.put("broker.heartbeat.interval.ms", "500");
        config.put("log.cleaner.dedupe.buffer.size", "2097152"); // not 128 MiB
        config.put("log.cleaner.backoff.ms", "1000");
        // What retention gives up goes at once, so that the next segments take the page cache that it had: the host of
        // a virtual machine takes back memory that lies free for seconds, and its time to give it again.
        config.put("log.retention.check.interval.ms", "1000");
        config.put("log.segment.delete.delay.ms", "1000");
        // Few clients, and few cores beside a trainer: a request need not wake yet another thread.
        config.put("num.io.threads", "2");
        config.put("num.network.threads", "1");
        return config;
    }

    /** {@code host:port} for clients. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Waits until the broker has stopped. */
    public void awaitShutdown() {
        broker.awaitShutdown();
        controller.awaitShutdown();
    }

    /** The broker first: it needs the controller to leave in an orderly way. */
    @Override
    public void close() throws IOException {
        broker.shutdown();
        controller.shutdown();
        awaitShutdown();
        lock.close();
    }
}
