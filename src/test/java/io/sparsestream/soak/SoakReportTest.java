package io.sparsestream.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.message.Json;
import io.sparsestream.soak.Series.Sample;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoakReportTest {
    private static final Outcome LEAK = new Outcome(
            Plan.of(Duration.ofMinutes(10), 2000, true),
            600,
            120,
            20,
            4,
            List.of(series("broker", Measure.HEAP, 40, 0), series("trainer", Measure.HEAP, 60, 0.5)),
            List.of("commands: no answer"));

    @TempDir
    Path directory;

    @Test
    void tellsWhatHasGrownByHowMuch() throws Exception {
        SoakReport.write(directory, LEAK);

        assertThat(Files.readString(directory.resolve("soak.md"))).isEqualTo("""
                |  | of | second quarter | last quarter | change | tolerated growth | level |
                |---|---:|---:|---:|---:|---:|---:|
                | live heap, MB | broker | 40.0 | 40.0 | +0.0 | 2.0 | yes |
                | live heap, MB | trainer | 71.0 | 86.0 | +15.0 | 3.6 | no |
                """);
        JsonNode json = Json.tree(Files.readAllBytes(directory.resolve("soak.json")));
        assertThat(json.get("violations")).hasSize(2);
        assertThat(json.get("levels").get(1).get("level").asBoolean()).isFalse();
        assertThat(json.get("series").get(1).get("values")).hasSize(60);
    }

    @Test
    void drawsAPanelForEachMeasure() throws Exception {
        SoakReport.write(directory, LEAK);

        BufferedImage picture = ImageIO.read(directory.resolve("soak.png").toFile());
        assertThat(picture.getWidth()).isGreaterThan(picture.getHeight());
        assertThat(picture.getRGB(0, 0)).isNotEqualTo(0xff000000);
    }

    private static Series series(String of, Measure measure, double start, double growth) {
        List<Sample> samples = IntStream.range(0, 60)
                .mapToObj(i -> new Sample(10 * i, start + growth * i))
                .toList();
        return new Series(of, measure, samples);
    }
}
