package io.sparsestream.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.crash.NewestCheckpoint;
import io.sparsestream.learn.LiveMeasures;
import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.Json;
import io.sparsestream.support.RegistryServer;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.topic.ControlTopic;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A state in which a version is left, and what is done with it afterwards. */
enum Fixture {
    /** One model with a checkpoint, a gap of full and of pending images behind it, killed. */
    SINGLE {
        @Override
        void make(Installation version) throws Exception {
            version.startSmallBroker(1);
            SparsestreamProcess trainer = version.train(name, options("10"));
            version.send(0, 100, 1);
            awaitOffset(version, 100);
            version.send(100, 157, 1);
            version.await(
                    "the rest to be reconstructed",
                    () -> version.committed(name) == 157
                            && version.reconstructions(name).size() == 157);
            version.kill(trainer);
            requireOffset(version, name, 100);
            for (String format : FORMATS) {
                export(version, name, format);
            }
        }

        @Override
        Map<String, String> resume(Installation version) throws Exception {
            version.startBroker();
            SparsestreamProcess trainer = version.train(name, options("1"));
            version.send(157, 253, 1);
            version.await("all images to be committed", () -> version.committed(name) == 253);
            awaitOffset(version, 250);
            version.await(
                    "all images to be reconstructed",
                    () -> version.reconstructions(name).keySet().containsAll(sources(157, 253)));
            version.terminate(trainer);
            Map<String, String> outcome = outcome(version, name, 1);
            outcome.putAll(reconstructions(version, 157, 253));
            return outcome;
        }

        private String[] options(String checkpointInterval) {
            return new String[] {"--batch", "10", "--checkpoint-interval", checkpointInterval};
        }
    },

    /** A replica for each of two partitions, which send each other eight-bit updates, killed in mid-round. */
    REPLICAS {
        @Override
        void make(Installation version) throws Exception {
            version.startSmallBroker(2);
            SparsestreamProcess trainer = version.train(name, options());
            version.send(0, 80, 2);
            version.await("a checkpoint of both", () -> offset(version, 0) == 40 && offset(version, 1) == 40);
            version.send(80, 158, 2);
            version.await("the rest to be committed", () -> version.committed(name) == 158);
            version.await(
                    "the rest to be reconstructed",
                    () -> version.reconstructions(name).size() == 158);
            version.kill(trainer);
        }

        @Override
        Map<String, String> resume(Installation version) throws Exception {
            version.startBroker();
            SparsestreamProcess trainer = version.train(name, options());
            version.send(158, 256, 2);
            version.await("all images to be committed", () -> version.committed(name) == 256);
            version.await("a checkpoint of both", () -> offset(version, 0) == 125 && offset(version, 1) == 125);
            version.await(
                    "the model to be published",
                    () -> version.published(name, MANIFEST).get("images").asLong() == 240);
            version.await("the answers", () -> !isWaiting(version, 0) && !isWaiting(version, 1));
            version.terminate(trainer);
            return outcome(version, name, 2);
        }

        private String[] options() {
            return new String[] {
                "--batch",
                "5",
                "--checkpoint-interval",
                "2",
                "--sync-every",
                "3",
                "--round-timeout",
                "0",
                "--update-encoding",
                "int8"
            };
        }

        private long offset(Installation version, int partition) {
            return checkpoint(version, partition).get("nextOffset").asLong();
        }

        private boolean isWaiting(Installation version, int partition) {
            return checkpoint(version, partition).at("/replica/waiting").asBoolean();
        }

        private JsonNode checkpoint(Installation version, int partition) {
            return Json.tree(NewestCheckpoint.of(version.kafka(), "sparsestream-" + name, partition)
                    .get(MANIFEST));
        }
    },

    /** A model for each of three labels, each with a gap and pending images, killed; then two are in memory. */
    KEYED {
        @Override
        void make(Installation version) throws Exception {
            version.startSmallBroker(1);
            SparsestreamProcess trainer = version.train(name, options("10", LABELS));
            version.send(0, 66, 1);
            awaitSteps(version, 4);
            version.send(66, 110, 1);
            version.await(
                    "the rest to be reconstructed",
                    () -> version.committed(name) == 110
                            && version.reconstructions(name).size() == 110);
            version.kill(trainer);
            if (!hasSteps(version, 4)) {
                throw new IllegalStateException("a model has been stored since, so there is no gap");
            }
        }

        @Override
        Map<String, String> resume(Installation version) throws Exception {
            version.startBroker();
            SparsestreamProcess trainer = version.train(name, options("1", LABELS - 1));
            version.send(110, 200, 1);
            version.await("all images to be committed", () -> version.committed(name) == 200);
            awaitSteps(version, 13);
            version.await(
                    "all images to be reconstructed",
                    () -> version.reconstructions(name).keySet().containsAll(sources(110, 200)));
            version.terminate(trainer);
            Map<String, String> outcome = reconstructions(version, 110, 200);
            version.newest("model." + name, 0).forEach((key, value) -> {
                if (!key.endsWith(MANIFEST)) {
                    outcome.put("published " + key, Installation.crc32c(value));
                }
            });
            version.newest("sparsestream-" + name + "-models-changelog", 0).forEach((key, value) -> {
                if (key.matches("\\d\\x00[^\\x00]+") && !key.endsWith(MANIFEST)) {
                    outcome.put("stored " + key.replace('\0', '/'), Installation.crc32c(value));
                }
            });
            return outcome;
        }

        private String[] options(String checkpointInterval, int inMemory) {
            return new String[] {
                "--batch",
                "5",
                "--checkpoint-interval",
                checkpointInterval,
                "--model-per-key",
                "header:label",
                "--max-models-in-memory",
                Integer.toString(inMemory)
            };
        }

        private void awaitSteps(Installation version, int steps) throws Exception {
            version.await("every model to make " + steps + " steps", () -> hasSteps(version, steps));
        }

        private boolean hasSteps(Installation version, int steps) {
            return IntStream.range(0, LABELS)
                    .mapToObj(label -> version.published(name, "0/" + label + "/" + MANIFEST))
                    .allMatch(manifest -> manifest.get("step").asLong() == steps);
        }
    },

    /** A model whose hyperparameters have been changed, and which is paused with images that wait; stopped by SIGTERM. */
    STEERED {
        @Override
        void make(Installation version) throws Exception {
            version.startSmallBroker(1);
            SparsestreamProcess trainer = version.train(name, options());
            version.send(0, 100, 1);
            version.await("the images to be committed", () -> version.committed(name) == 100);
            tell(version, Control.set(Map.of("learning-rate", "0.003", "beta", "0.0002")));
            version.send(100, 154, 1);
            version.await("the images to be committed", () -> version.committed(name) == 154);
            tell(version, Control.pause());
            version.send(154, 190, 1);
            version.terminate(trainer);
        }

        @Override
        Map<String, String> resume(Installation version) throws Exception {
            version.startBroker();
            SparsestreamProcess trainer = version.train(name, options());
            version.send(190, 233, 1);
            Map<String, String> outcome = new TreeMap<>();
            outcome.put("paused at step", Long.toString(tell(version, Control.resume())));
            version.await("all images to be committed", () -> version.committed(name) == 233);
            awaitOffset(version, 230);
            version.terminate(trainer);
            outcome.putAll(outcome(version, name, 1));
            return outcome;
        }

        private String[] options() {
            return new String[] {"--batch", "10", "--checkpoint-interval", "1"};
        }

        /** Returns the step at which it took effect. */
        private long tell(Installation version, Control control) throws Exception {
            try (ControlTopic topic = new ControlTopic(version.kafka())) {
                version.await("the model to be there", () -> version.committed(name) > 0);
                ControlResult result =
                        topic.ask(name, control, Duration.ofSeconds(60)).orElseThrow();
                if (result.refused() != null) {
                    throw new IllegalStateException(result.text());
                }
                return result.step();
            }
        }
    },

    /** A sweep of four trials, killed when it had made 50 of 100 steps. */
    SWEEP {
        @Override
        void make(Installation version) throws Exception {
            version.startSmallBroker(1);
            version.send(0, 50 * BATCH, 1);
            SparsestreamProcess sweep = sweep(version);
            awaitStep(version, 50);
            version.kill(sweep);
        }

        @Override
        Map<String, String> resume(Installation version) throws Exception {
            version.startBroker();
            sweep(version);
            version.send(50 * BATCH, 75 * BATCH, 1);
            awaitStep(version, 75);
            Map<String, String> outcome = new TreeMap<>();
            try (Stream<Path> files = Files.list(sweepDirectory(version))) {
                for (Path file : files.filter(each -> each.toString().endsWith("-75.state"))
                        .toList()) {
                    outcome.put(file.getFileName().toString(), sha256(file));
                }
            }
            version.send(75 * BATCH, 100 * BATCH, 1);
            awaitStep(version, 100);
            json(version).get("trials").forEach(trial -> {
                String at = "trial " + trial.get("id").asInt() + ", ";
                outcome.put(at + "status", trial.get("status").asText());
                outcome.put(at + "mse", trial.get("mse").toString());
                outcome.put(at + "mean activation", trial.get("meanActivation").toString());
            });
            return outcome;
        }

        private static final int BATCH = 5;

        private SparsestreamProcess sweep(Installation version) throws Exception {
            Path data = Files.createDirectories(version.directory().resolve("noise"));
            ByteBuffer images = ByteBuffer.allocate(16 + 20 * Installation.PIXELS)
                    .putInt(0x803)
                    .putInt(20)
                    .putInt(4)
                    .putInt(4);
            IntStream.range(10_000, 10_020).forEach(index -> images.put(Installation.image(index)));
            Files.write(data.resolve("t10k-images-idx3-ubyte"), images.array());
            return version.startFinite(
                    "sweep",
                    "sweep",
                    "--bootstrap-servers=" + version.kafka().get("bootstrap.servers"),
                    "--dir=" + sweepDirectory(version),
                    "--data=" + data,
                    "--engine=portable",
                    "--checkpoint-interval=0",
                    "--layers=" + Installation.LAYERS,
                    "--preset=plain",
                    "--batch=" + BATCH,
                    "--steps=100",
                    "--beta=1e-4,1e-2",
                    "--learning-rate=0.01,0.02");
        }

        private void awaitStep(Installation version, long step) throws Exception {
            version.await(
                    "step " + step + " of the sweep",
                    () -> json(version).get("step").asLong() == step);
        }

        private JsonNode json(Installation version) throws Exception {
            return Json.tree(Files.readAllBytes(sweepDirectory(version).resolve("sweep.json")));
        }

        private Path sweepDirectory(Installation version) {
            return version.directory().resolve("sweep");
        }
    },

    /** Files of the model of {@link #SINGLE}, which has to be made in the same run, from each of which another model starts. */
    FILES {
        @Override
        void make(Installation version) throws Exception {
            Path of = version.directory().resolveSibling(SINGLE.name);
            for (String format : FORMATS) {
                Files.copy(of.resolve("model." + format), version.directory().resolve("model." + format));
            }
        }

        @Override
        Map<String, String> resume(Installation version) throws Exception {
            version.startBroker();
            version.createTopic(Topics.IMAGES, 1);
            List<SparsestreamProcess> trainers = new ArrayList<>();
            for (String format : FORMATS) {
                String file = version.directory().resolve("model." + format).toString();
                trainers.add(version.train(format, "--from-file", file, "--batch", "10", "--checkpoint-interval", "1"));
            }
            version.send(0, 100, 1);
            Map<String, String> outcome = new TreeMap<>();
            for (String format : FORMATS) {
                version.await(
                        "the model from " + format,
                        () -> version.published(format, MANIFEST)
                                        .get("nextOffset")
                                        .asLong()
                                == 100);
                outcome(version, format, 1).forEach((what, value) -> outcome.put(format + " " + what, value));
            }
            for (SparsestreamProcess trainer : trainers) {
                version.terminate(trainer);
            }
            return outcome;
        }
    },

    /** A model of each {@link OtherKind} with a gap and pending records behind its checkpoint, killed; and the file of one. */
    KINDS {
        @Override
        void make(Installation version) throws Exception {
            version.startSmallBroker(1);
            for (String topic : List.of(OtherKind.VECTORS.topic, OtherKind.AVRO.topic)) {
                version.createTopic(topic, 1);
            }
            try (RegistryServer registry = registry()) {
                send(version, 0, 100);
                List<SparsestreamProcess> trainers = start(version, registry, "10");
                awaitPublished(version, 100);
                send(version, 100, 157);
                awaitReconstructed(version, 100, 157);
                for (SparsestreamProcess trainer : trainers) {
                    version.kill(trainer);
                }
                for (OtherKind kind : OtherKind.values()) {
                    requireOffset(version, kind.model, 100);
                }
            }
            export(version, OtherKind.VECTORS.model, FORMATS.get(0));
        }

        @Override
        Map<String, String> resume(Installation version) throws Exception {
            version.startBroker();
            Map<String, String> outcome = new TreeMap<>();
            try (RegistryServer registry = registry()) {
                List<SparsestreamProcess> trainers = start(version, registry, "1");
                trainers.add(startAgain(version));
                send(version, 157, 253);
                awaitPublished(version, 250);
                awaitReconstructed(version, 157, 253);
                for (OtherKind kind : OtherKind.values()) {
                    reconstructions(version, kind.model, kind.topic, 157, 253)
                            .forEach((what, value) -> outcome.put(kind.model + " " + what, value));
                }
                version.await("the model from a file", () -> isAt(version, AGAIN, 250));
                for (SparsestreamProcess trainer : trainers) {
                    version.terminate(trainer);
                }
            }
            Stream.concat(Arrays.stream(OtherKind.values()).map(kind -> kind.model), Stream.of(AGAIN))
                    .forEach(model -> outcome(version, model, 1)
                            .forEach((what, value) -> outcome.put(model + " " + what, value)));
            List<byte[]> anomalies = version.values("anomalies." + OtherKind.VECTORS.model);
            outcome.put("anomalies", Integer.toString(anomalies.size()));
            anomalies.forEach(anomaly -> outcome.put(
                    "anomaly of " + Json.tree(anomaly).get("source").asText(), Installation.crc32c(anomaly)));
            return outcome;
        }

        private static final String AGAIN = "again";

        private RegistryServer registry() throws IOException {
            RegistryServer registry = new RegistryServer();
            registry.register(OtherKind.SCHEMA);
            return registry;
        }

        private List<SparsestreamProcess> start(
                Installation version, RegistryServer registry, String checkpointInterval) throws IOException {
            List<SparsestreamProcess> trainers = new ArrayList<>();
            for (OtherKind kind : OtherKind.values()) {
                trainers.add(
                        train(version, kind, kind.model, registry.url(), "--checkpoint-interval", checkpointInterval));
            }
            return trainers;
        }

        /** From the file of {@link OtherKind#VECTORS}, with all records that this has learned from. */
        private SparsestreamProcess startAgain(Installation version) throws IOException {
            String file = version.directory().resolve("model." + FORMATS.get(0)).toString();
            return train(version, OtherKind.VECTORS, AGAIN, "", "--checkpoint-interval", "1", "--from-file", file);
        }

        private SparsestreamProcess train(
                Installation version, OtherKind kind, String model, String registry, String... options)
                throws IOException {
            List<String> all = new ArrayList<>(List.of("--batch", "10", "--topic", kind.topic));
            all.addAll(kind.options(registry));
            all.addAll(List.of(options));
            return version.train(model, all.toArray(new String[0]));
        }

        private void send(Installation version, int from, int to) throws Exception {
            for (OtherKind kind : OtherKind.values()) {
                version.send(kind.topic, from, to, 1, kind::value);
            }
        }

        private void awaitPublished(Installation version, long offset) throws Exception {
            for (OtherKind kind : OtherKind.values()) {
                version.await("a checkpoint of " + kind.model, () -> isAt(version, kind.model, offset));
            }
        }

        private void awaitReconstructed(Installation version, int from, int to) throws Exception {
            for (OtherKind kind : OtherKind.values()) {
                version.await(
                        "records of " + kind.model + " to be reconstructed",
                        () -> version.committed(kind.model, kind.topic) == to
                                && version.reconstructions(kind.model)
                                        .keySet()
                                        .containsAll(sources(kind.topic, from, to)));
            }
        }
    };

    private static final List<String> FORMATS = List.of("safetensors", "npz", "onnx");
    private static final String MANIFEST = "manifest";
    private static final int LABELS = Installation.LABELS;

    /** Of the files, and of the model in it. */
    final String name = name().toLowerCase(Locale.ROOT);

    /** Leaves the state. */
    abstract void make(Installation version) throws Exception;

    /** Goes on from that state, learns further images, and returns what has come of it, by its name. */
    abstract Map<String, String> resume(Installation version) throws Exception;

    void awaitOffset(Installation version, long offset) throws Exception {
        version.await("a checkpoint at offset " + offset, () -> isAt(version, name, offset));
    }

    static boolean isAt(Installation version, String model, long offset) {
        return version.published(model, MANIFEST).get("nextOffset").asLong() == offset;
    }

    static void requireOffset(Installation version, String model, long offset) {
        long found = version.published(model, MANIFEST).get("nextOffset").asLong();
        if (found != offset) {
            throw new IllegalStateException("the newest checkpoint is at offset " + found + ", so there is no gap");
        }
    }

    static void export(Installation version, String model, String format) throws Exception {
        Path file = version.directory().resolve("model." + format);
        version.startFinite(
                "export",
                "export",
                "--bootstrap-servers",
                version.kafka().get("bootstrap.servers").toString(),
                "--model",
                model,
                "--out",
                file.toString());
        version.await("the file " + file, () -> Files.exists(file));
    }

    /** Of a file that ends in its own CRC32C: that of the whole is the same for all. */
    static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    static List<String> sources(int from, int to) {
        return sources(Topics.IMAGES, from, to);
    }

    static List<String> sources(String topic, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(offset -> topic + "-0@" + offset)
                .toList();
    }

    /** Of images that came after the state was left. */
    Map<String, String> reconstructions(Installation version, int from, int to) {
        return reconstructions(version, name, Topics.IMAGES, from, to);
    }

    /** Of the records of a topic. */
    static Map<String, String> reconstructions(Installation version, String model, String topic, int from, int to) {
        Map<String, byte[]> found = version.reconstructions(model);
        Map<String, String> outcome = new TreeMap<>();
        sources(topic, from, to)
                .forEach(source -> outcome.put("reconstruction of " + source, Installation.crc32c(found.get(source))));
        return outcome;
    }

    /**
     * Parameters as published, and all arrays of the newest checkpoint, Adam's moments among them. A later version may measure
     * otherwise what it does not learn by.
     */
    static Map<String, String> outcome(Installation version, String model, int partitions) {
        Map<String, String> outcome = new TreeMap<>();
        put(outcome, "published", version.newest("model." + model, 0));
        for (int partition = 0; partition < partitions; partition++) {
            put(
                    outcome,
                    "checkpoint " + partition,
                    NewestCheckpoint.of(version.kafka(), "sparsestream-" + model, partition));
        }
        return outcome;
    }

    private static void put(Map<String, String> outcome, String what, Map<String, byte[]> records) {
        records.forEach((key, value) -> {
            if (!key.equals(MANIFEST) && !LiveMeasures.isOne(key)) {
                outcome.put(what + ", " + key, Installation.crc32c(value));
            }
        });
        JsonNode manifest = Json.tree(records.get(MANIFEST));
        for (String number : List.of("step", "images", "nextOffset")) {
            outcome.put(what + ", " + number, manifest.get(number).asText());
        }
        if (manifest.has("input")) {
            outcome.put(what + ", input", manifest.get("input").toString());
        }
        manifest.get("hyperparameters")
                .properties()
                .forEach(each ->
                        outcome.put(what + ", " + each.getKey(), each.getValue().toString()));
    }
}
