package io.sparsestream.cli.feed;

import static io.sparsestream.cli.CliIT.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.cli.CliIT;
import io.sparsestream.message.HeaderName;
import io.sparsestream.support.CommittedRecords;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records from files of one's own, as a topic has them and as a model takes them. */
class ReplayRecordsIT {
    private static final int ROWS = 240;

    @TempDir
    Path directory;

    private EmbeddedBroker broker;
    private String servers;
    private Path csv;

    @BeforeEach
    void start() throws IOException {
        broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        servers = "--bootstrap-servers=" + broker.bootstrapServers();
        csv = directory.resolve("readings.csv");
        Random random = new Random(1);
        List<String> lines = new ArrayList<>(List.of("time,a,b,c,kind"));
        for (int i = 0; i < ROWS; i++) {
            lines.add(String.format(
                    Locale.ROOT,
                    "t%d,%.3f,%.3f,%s,%s",
                    i,
                    random.nextDouble(),
                    random.nextDouble(),
                    i == 7 ? "" : "0.25",
                    i % 2 == 0 ? "idle" : "under load"));
        }
        Files.write(csv, lines);
    }

    @AfterEach
    void stop() throws IOException {
        broker.close();
    }

    private CliIT.Outcome replay(Path data, String topic, String... more) {
        List<String> arguments = new ArrayList<>(List.of("replay", servers, "--data=" + data, "--topic=" + topic));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private List<ConsumerRecord<byte[], byte[]>> sent(String topic) {
        return CommittedRecords.of(Map.of("bootstrap.servers", broker.bootstrapServers()), topic);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return HeaderName.text(record.headers(), name);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void rowsOfATableAreSentInTheirOrderInAnyFormat() {
        CliIT.Outcome outcome =
                replay(csv, "floats", "--columns=a,b,c", "--label-column=kind", "--images=" + (ROWS + 1));
        assertThat(outcome.out()).as(outcome.err()).isEqualTo("241 records sent to topic floats\n");
        List<ConsumerRecord<byte[], byte[]>> floats = sent("floats");
        for (int i : new int[] {0, 1, ROWS}) {
            ConsumerRecord<byte[], byte[]> record = floats.get(i);
            assertThat(text(record.key())).isEqualTo("readings/" + i % ROWS);
            assertThat(header(record, HeaderName.LABEL)).isEqualTo(i == 1 ? "under load" : "idle");
            assertThat(header(record, HeaderName.DTYPE)).isEqualTo("float32");
            assertThat(header(record, HeaderName.SHAPE)).isEqualTo("1x3");
            assertThat(header(record, HeaderName.EPOCH)).isEqualTo(i == ROWS ? "1" : "0");
            assertThat(record.value()).hasSize(12);
        }
        ByteBuffer missing = ByteBuffer.wrap(floats.get(7).value()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(missing.getFloat(8)).isNaN();
        assertThat(floats.get(ROWS).value()).isEqualTo(floats.get(0).value());

        for (Map.Entry<String, String> format : Map.of(
                        "json", "\\[0\\.\\d+,0\\.\\d+,null]",
                        "object", "\\{\"a\":0\\.\\d+,\"b\":0\\.\\d+,\"c\":null}",
                        "csv", "0\\.\\d+,0\\.\\d+,")
                .entrySet()) {
            String topic = format.getKey();
            assertThat(replay(csv, topic, "--columns=a,b,c", "--format=" + topic)
                            .code())
                    .isZero();
            ConsumerRecord<byte[], byte[]> record = sent(topic).get(7);
            assertThat(text(record.value())).matches(format.getValue());
            assertThat(header(record, HeaderName.DTYPE)).isEqualTo(topic.equals("csv") ? "csv" : "json");
            assertThat(record.headers().lastHeader(HeaderName.LABEL)).isNull();
        }
        assertThat(replay(csv, "shuffled", "--columns=a", "--order=shuffled", "--seed=3")
                        .code())
                .isZero();
        List<String> keys =
                sent("shuffled").stream().map(record -> text(record.key())).toList();
        assertThat(keys)
                .doesNotHaveDuplicates()
                .hasSize(ROWS)
                .isNotEqualTo(keys.stream().sorted().toList());
    }

    @Test
    void aModelLearnsFromAPersonsOwnTable() {
        assertThat(replay(csv, "readings", "--columns=a,b,c", "--format=object").code())
                .isZero();
        CliIT.Outcome trained = run(
                "train",
                servers,
                "--topic=readings",
                "--model=mine",
                "--input-format=json",
                "--fields=a,b,c",
                "--layers=3-2-3",
                "--batch=20",
                "--port=0",
                "--state-dir=" + directory.resolve("state"),
                "--until-caught-up");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out()).isEqualTo("model mine has been published at step 11, after 220 images\n");
        assertThat(run("dead-letters", servers, "--model=mine", "--last=1").out())
                .contains("topic dead-letters.mine has 1 record\n        1  field c is null\n")
                .contains("readings-0@7  key 'readings/7'");
    }

    @Test
    void picturesAreSentAsGreys() throws IOException {
        for (String label : List.of("cat", "dog")) {
            BufferedImage picture = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
            picture.getRaster().setSample(1, 0, 0, label.equals("cat") ? 200 : 100);
            Path file = Files.createDirectories(directory.resolve("pets").resolve(label))
                    .resolve("1.png");
            ImageIO.write(picture, "png", file.toFile());
        }
        assertThat(replay(directory.resolve("pets"), "pets").out()).isEqualTo("2 records sent to topic pets\n");
        assertThat(sent("pets")).hasSize(2).allSatisfy(record -> {
            boolean isCat = header(record, HeaderName.LABEL).equals("cat");
            assertThat(record.value()).containsExactly(0, isCat ? 200 : 100, 0, 0, 0, 0);
            assertThat(header(record, HeaderName.DTYPE)).isEqualTo("uint8");
            assertThat(header(record, HeaderName.SHAPE)).isEqualTo("2x3");
        });
    }

    @Test
    void digitsCanBeSentInOtherFormatsToo() {
        assertThat(replay(Path.of("data/mnist"), "digits", "--split=test", "--format=csv", "--images=3")
                        .code())
                .isZero();
        ConsumerRecord<byte[], byte[]> record = sent("digits").get(0);
        assertThat(text(record.key())).startsWith("mnist/test/");
        assertThat(text(record.value()).split(",")).hasSize(784).contains("0.0", "254.0");
        assertThat(header(record, HeaderName.SHAPE)).isEqualTo("28x28");
    }

    @Test
    void whatCannotBeSentIsOneLine() throws IOException {
        assertRefused(replay(csv, "none"), 1, "readings.csv, line 2: column 'time' is 't0', not a number");
        assertRefused(
                replay(csv, "none", "--columns=a", "--format=uint8"),
                2,
                "number 1 of record 1 of readings is 0.731, no whole number from 0 to 255");
        assertRefused(
                replay(csv, "none", "--columns=a", "--change-at=9", "--noise=0.1"),
                2,
                "--change-at is for a directory");
        assertRefused(replay(csv, "none", "--array=X"), 1, "--array is for .npz files, not for");
        Path damaged = Files.write(directory.resolve("damaged.npz"), new byte[] {'P', 'K', 3, 4, 0});
        assertRefused(replay(damaged, "none"), 1, "damaged.npz: not an npz file");
        assertThat(run("topics", "list", servers).out()).doesNotContain("none ");
    }

    private static void assertRefused(CliIT.Outcome outcome, int code, String message) {
        assertThat(outcome.err()).startsWith("sparsestream: ").contains(message);
        assertThat(outcome.err().strip().lines()).hasSize(1);
        assertThat(outcome.code()).isEqualTo(code);
    }
}
