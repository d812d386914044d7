package io.sparsestream.cli.model;

import static io.sparsestream.cli.CliIT.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.cli.CliIT;
import io.sparsestream.message.HeaderName;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.support.Pixels;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.watch.TextPicture;
import java.awt.Point;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people see of real reconstructions. */
class WatchCommandIT extends OnRealBroker {
    private static final int TRAINED = 120;

    private String servers;

    @BeforeEach
    void train() throws Exception {
        servers = "--bootstrap-servers=" + broker.bootstrapServers();
        try (Trainer trainer = train(SOON)) {
            send(0, TRAINED);
            await(TOPICS.reconstructions(), TRAINED);
        }
    }

    @Test
    void showsOriginalsBesideReconstructionsAsText() {
        CliIT.Outcome outcome = run("watch", servers, "--all", "--images=2", "--rate=100");

        assertThat(outcome.code()).as(outcome.err()).isZero();
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines).hasSize(2 * 15).as("no terminal, no colours").noneMatch(line -> line.contains("\u001b"));
        ConsumerRecord<byte[], byte[]> second = read(TOPICS.reconstructions()).get(1);
        assertThat(lines.get(15))
                .isEqualTo("mnist/test/1  step 0  mse " + HeaderName.text(second.headers(), HeaderName.MSE));
        List<String> original = TextPicture.lines(digits.get(1), 28, false);
        List<String> reconstruction = TextPicture.lines(second.value(), 28, false);
        assertThat(original).anyMatch(line -> line.contains("█"));
        for (int i = 0; i < 14; i++) {
            assertThat(lines.get(16 + i)).isEqualTo(original.get(i) + "   " + reconstruction.get(i));
        }
    }

    @Test
    void showsTheNewestUnlessToldOtherwise() {
        CliIT.Outcome outcome = run("watch", servers, "--images=1");
        assertThat(outcome.out()).as(outcome.err()).startsWith("mnist/test/" + (TRAINED - 1) + "  step 1  mse 0.");
    }

    @Test
    void saysSoWhereTheOriginalIsGone() throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            admin.deleteRecords(Map.of(new TopicPartition(Topics.IMAGES, 0), RecordsToDelete.beforeOffset(TRAINED)))
                    .all()
                    .get();
        }
        send(0, 1);
        CliIT.Outcome outcome = run("watch", servers, "--all", "--images=1");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines().skip(1).findFirst().orElseThrow())
                .isEqualTo("(its original is no longer in the topic)");
    }

    @Test
    void writesStripsOfTen() throws IOException {
        Path strips = directory.resolve("strips");
        CliIT.Outcome outcome = run("watch", servers, "--all", "--images=12", "--rate=1000", "--png=" + strips);

        assertThat(outcome.code()).as(outcome.err()).isZero();
        Path ten = strips.resolve("sparse-000001-step-0.png");
        Path two = strips.resolve("sparse-000002-step-0.png");
        assertThat(outcome.out()).isEqualTo(ten + "\n" + two + "\n");
        try (Stream<Path> files = Files.list(strips)) {
            assertThat(files).containsExactlyInAnyOrder(ten, two);
        }
        BufferedImage image = ImageIO.read(two.toFile());
        Point left = Pixels.find(image, digits.get(10), 28, 5).orElseThrow();
        Point right = Pixels.find(image, digits.get(11), 28, 5).orElseThrow();
        assertThat(right).isEqualTo(new Point(left.x + 28 * 5 + 10, left.y));
        byte[] second = read(TOPICS.reconstructions()).get(11).value();
        Point below = Pixels.find(image, second, 28, 5).orElseThrow();
        assertThat(below.x).isEqualTo(right.x);
        assertThat(below.y).isGreaterThan(right.y + 28 * 5);
    }

    @Test
    void anUnknownModelIsNamed() {
        CliIT.Outcome outcome = run("watch", servers, "--model=nobody");
        assertThat(outcome.err()).contains("there is no topic reconstructions.nobody: train a model of that name");
        assertThat(outcome.code()).isNotZero();
    }
}
