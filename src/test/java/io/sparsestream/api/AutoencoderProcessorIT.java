package io.sparsestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.support.Await;
import io.sparsestream.support.Launcher;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.support.Tail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processor in a program that is killed with kill -9, on a real broker. */
class AutoencoderProcessorIT {
    private static final int READINGS = 30_000; // so that none of the kills comes when all are done

    @TempDir
    private Path directory;

    @Test
    void killedInTheMiddleOfMiniBatchesItScoresAndLearnsEachRecordOnceWithTheSameBits() throws Exception {
        float[][] vectors = Readings.of(READINGS);
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            send(kafka, vectors);
            try (Tail scores = new Tail(kafka, new TopicPartition(LibraryApplication.SCORES, 0))) {
                SparsestreamProcess program = start(broker);
                boolean inMidBatch = false;
                for (int kill = 1; kill <= 3; kill++) {
                    int enough = kill * READINGS / 5;
                    Await.until(
                            enough + " scores",
                            List.of(program),
                            () -> scores.records().size() >= enough);
                    program.kill();
                    int committed = scores.records().size();
                    assertThat(committed).isLessThan(READINGS);
                    inMidBatch |= committed % 60 != 0;
                    if (kill == 3) { // on another machine: all comes from the changelog
                        delete(directory.resolve("state"));
                    }
                    program = start(broker);
                }
                Await.until(
                        "all scores", List.of(program), () -> scores.records().size() >= READINGS);
                program.kill();

                assertThat(inMidBatch).isTrue();
                List<String> keys = new ArrayList<>();
                List<String> found = new ArrayList<>();
                scores.records().forEach(record -> {
                    keys.add(new String(record.key(), StandardCharsets.UTF_8));
                    found.add(new String(record.value(), StandardCharsets.UTF_8));
                });
                assertThat(keys)
                        .isEqualTo(Stream.iterate(0, i -> i + 1)
                                .limit(READINGS)
                                .map(i -> "reading " + i)
                                .toList());
                assertThat(found).isEqualTo(AutoencoderProcessorTest.expected(LibraryApplication.SETTINGS, vectors));
            }
        }
    }

    private SparsestreamProcess start(EmbeddedBroker broker) throws IOException {
        return SparsestreamProcess.start(
                Launcher.of(System.getProperty("java.class.path")),
                directory.resolve("program.log"),
                LibraryApplication.class.getName(),
                List.of(broker.bootstrapServers(), directory.resolve("state").toString()));
    }

    private static void send(Map<String, Object> kafka, float[][] vectors) throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(Stream.of(LibraryApplication.READINGS, LibraryApplication.SCORES)
                            .map(name -> new NewTopic(name, Optional.of(1), Optional.empty()))
                            .toList())
                    .all()
                    .get();
        }
        try (KafkaProducer<Integer, byte[]> producer =
                new KafkaProducer<>(kafka, new IntegerSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < vectors.length; i++) {
                producer.send(new ProducerRecord<>(
                        LibraryApplication.READINGS, i, AutoencoderProcessorTest.bytes(vectors[i])));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
