package io.sparsestream.cli.model;

import static io.sparsestream.cli.CliIT.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.cli.CliIT;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.message.Unit;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.support.Pixels;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;

/** What people see of the units of a real model. */
class UnitsCommandIT extends OnRealBroker {
    private static final int TRAINED = 180;
    private static final int SCALE = 4;
    private static final int CELL = 28 * SCALE + 10;
    private static final int LINE = CELL + 24; // with the activation
    private static final int EDGE = 24 - 10;

    private String servers;
    private Path sheet;

    @Test
    void showsTheImagesThatActivateUnitsMost() throws Exception {
        servers = "--bootstrap-servers=" + broker.bootstrapServers();
        sheet = directory.resolve("sheet.png");
        try (Trainer trainer = train(SOON)) {
            List<ProducerRecord<byte[], byte[]>> images = new ArrayList<>();
            for (int i = 0; i < TRAINED; i++) {
                images.add(new ProducerRecord<>(
                        Topics.IMAGES,
                        null,
                        HeaderName.utf8("mnist/test/" + i),
                        digits.get(i),
                        List.of(new RecordHeader(HeaderName.LABEL, HeaderName.utf8(Integer.toString(i % 10))))));
            }
            send(images);
            await(
                    TOPICS.units(),
                    records -> !records.isEmpty()
                            && Json.read(records.get(records.size() - 1).value(), Unit.class)
                                            .images()
                                    == TRAINED);
        }
        JsonNode printed = printsJson();
        printsATable(printed);
        drawsASheet(printed);
        explainsWhatItCannotDo();
        saysWhichImagesAreGone();
    }

    private JsonNode printsJson() {
        CliIT.Outcome outcome =
                run("units", servers, "--layer=h_e_2", "--sort=activation", "--top=4", "--json", "--out=" + sheet);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        JsonNode json = Json.tree(HeaderName.utf8(outcome.out()));
        assertThat(json.get("step").asLong()).isEqualTo(3);
        assertThat(json.get("picture").asText()).isEqualTo(sheet.toString());
        assertThat(json.get("units")).hasSize(4);
        double before = Double.POSITIVE_INFINITY;
        for (JsonNode unit : json.get("units")) {
            assertThat(unit.get("top")).hasSize(9);
            for (JsonNode each : unit.get("top")) {
                long offset = Long.parseLong(each.get("source").asText().replace("images-0@", ""));
                assertThat(each.get("key").asText()).isEqualTo("mnist/test/" + offset);
                assertThat(each.get("label").asText()).isEqualTo(Long.toString(offset % 10));
            }
            double strongest = unit.at("/top/0/activation").asDouble();
            assertThat(strongest).isBetween(unit.at("/top/8/activation").asDouble(), before);
            before = strongest;
        }
        return json;
    }

    private void printsATable(JsonNode printed) {
        CliIT.Outcome outcome = run("units", servers, "--layer=h_e_2", "--sort=activation", "--top=4");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines.get(0)).isEqualTo("model sparse at step 3, layer h_e_2: 4 of 30 units, by activation");
        JsonNode unit = printed.at("/units/0");
        assertThat(lines.get(2))
                .startsWith(unit.get("unit").asText() + " ")
                .contains(unit.at("/top/0/key").asText() + " 0.")
                .contains(unit.at("/top/2/key").asText() + " 0.");
        assertThat(run("units", servers, "--top=1").out().lines())
                .filteredOn(line -> line.startsWith("model"))
                .containsExactly(
                        "model sparse at step 3, layer h_e_1: 1 of 300 units, by selectivity",
                        "model sparse at step 3, layer h_e_2: 1 of 30 units, by selectivity");
    }

    private void drawsASheet(JsonNode printed) throws IOException {
        BufferedImage image = ImageIO.read(sheet.toFile());
        assertThat(isDrawn(image, printed, 1, 2)).isTrue();
        assertThat(isDrawn(image, printed, 3, 8)).isTrue();
    }

    /** Whether the digit that the JSON names there stands there on the sheet, which has four lines of nine. */
    private boolean isDrawn(BufferedImage image, JsonNode printed, int row, int column) {
        String key = printed.at("/units/" + row + "/top/" + column + "/key").asText();
        byte[] digit = digits.get(Integer.parseInt(key.replace("mnist/test/", "")));
        int left = image.getWidth() - EDGE - (9 - column) * CELL;
        int top = image.getHeight() - EDGE - (4 - row) * LINE;
        return Pixels.isAt(image, digit, 28, SCALE, left, top);
    }

    private void explainsWhatItCannotDo() {
        CliIT.Outcome layer = run("units", servers, "--layer=h_e_3");
        assertThat(layer.code()).isEqualTo(2);
        assertThat(layer.err()).startsWith("sparsestream: unknown layer 'h_e_3': did you mean h_e_");
        CliIT.Outcome model = run("units", servers, "--model=sprase");
        assertThat(model.code()).isEqualTo(1);
        assertThat(model.err())
                .isEqualTo("sparsestream: no model 'sprase' has been published there: did you mean sparse?\n");
        assertThat(run("units", servers, "--model=other").err())
                .isEqualTo("sparsestream: no units of a model 'other' have been published there: train one, or choose"
                        + " another with --model\n");
        assertThat(run("units", servers, "--top=0").code()).isEqualTo(2);
    }

    private void saysWhichImagesAreGone() throws Exception {
        delete(TRAINED / 2);
        CliIT.Outcome half = run("units", servers, "--out=" + sheet);
        assertThat(half.code()).as(half.err()).isZero();
        assertThat(half.err())
                .matches("warning: \\d+ of \\d+ images are no longer in the topic: their places are blank\n");
        delete(TRAINED);
        CliIT.Outcome none = run("units", servers, "--out=" + sheet);
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err())
                .isEqualTo("sparsestream: none of the images that activate units of model sparse is in the topic any"
                        + " more: there is nothing to draw\n");
    }

    private void delete(long before) throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            admin.deleteRecords(Map.of(new TopicPartition(Topics.IMAGES, 0), RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }
}
