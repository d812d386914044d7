package io.sparsestream.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartTest {
    @TempDir
    Path directory;

    /** Also where a point at 0 has no logarithm. */
    @Test
    void aFrontOfAnyPointsIsDrawnWithTwiceThePixels() throws IOException {
        Chart.Point best = new Chart.Point("1", 0.1, 0.01);
        Chart.Point nearest = new Chart.Point("2", 0, 0.05);
        Chart.Point far = new Chart.Point("3", 40, 0.5);
        assertThat(front(List.of(nearest, best), List.of(far)).getWidth()).isEqualTo(2 * 900);
        front(List.of(best), List.of(far));
        front(List.of(best), List.of());
        front(List.of(), List.of());
    }

    /** A preset's outline has its colour, however many are drawn before it; 0 is drawn as the least. */
    @Test
    void aModelHasItsColourInEveryChart() throws IOException {
        Path file = directory.resolve("histogram.png");
        for (Map<String, double[]> units : List.of(
                Map.of("selective", new double[] {0, 0.01, 4}),
                Map.of("plain", new double[] {0.5, 0.5}, "selective", new double[] {0, 0.01, 4}))) {
            Chart.writeHistogram(file, "Units", units, 0.02);
            assertThat(has(
                            ImageIO.read(file.toFile()),
                            Palette.of("selective", 9).getRGB()))
                    .isTrue();
        }
        Chart.writeHistogram(file, "Units", Map.of("plain", new double[] {0.5}), 0.02);
        assertThat(has(ImageIO.read(file.toFile()), Palette.of("selective", 9).getRGB()))
                .isFalse();
    }

    private static boolean has(BufferedImage image, int rgb) {
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                if (image.getRGB(x, y) == rgb) {
                    return true;
                }
            }
        }
        return false;
    }

    private BufferedImage front(List<Chart.Point> front, List<Chart.Point> others) throws IOException {
        Path file = directory.resolve("front.png");
        Chart.writeFront(file, "Front", "x", "y", front, others);
        return ImageIO.read(file.toFile());
    }
}
