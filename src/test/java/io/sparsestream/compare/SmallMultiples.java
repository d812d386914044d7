package io.sparsestream.compare;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Many small charts of one time, as a PNG with twice the pixels that it is to be shown with. */
public final class SmallMultiples {
    private static final int COLUMNS = 3;
    private static final int WIDTH = 330;
    private static final int HEIGHT = 210;
    private static final int TOP = 34; // for the names
    private static final int GAP = 18;
    private static final int SCALE = 2;
    private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

    private SmallMultiples() {}

    /** Of the same name in all panels, and so of the same colour. */
    public record Line(String name, double[] xs, double[] ys) {}

    /** A chart from 0 up. */
    public record Panel(String title, List<Line> lines) {}

    /** @param x what all panels have below */
    public static void write(Path file, String x, List<Panel> panels) throws IOException {
        List<String> names = panels.stream()
                .flatMap(panel -> panel.lines.stream())
                .map(Line::name)
                .distinct()
                .toList();
        int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
        BufferedImage picture =
                new BufferedImage(SCALE * COLUMNS * WIDTH, SCALE * (TOP + rows * HEIGHT), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.scale(SCALE, SCALE);
        graphics.setColor(Palette.PAPER);
        graphics.fillRect(0, 0, COLUMNS * WIDTH, TOP + rows * HEIGHT);
        names(graphics, names);
        for (int i = 0; i < panels.size(); i++) {
            Graphics2D part =
                    (Graphics2D) graphics.create(i % COLUMNS * WIDTH, TOP + i / COLUMNS * HEIGHT, WIDTH, HEIGHT);
            chart(panels.get(i), x, names).paint(part, WIDTH, HEIGHT);
            part.dispose();
        }
        graphics.dispose();
        if (!ImageIO.write(picture, "png", file.toFile())) {
            throw new IOException("this Java runtime cannot write PNG files");
        }
    }

    private static void names(Graphics2D graphics, List<String> names) {
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setFont(TEXT);
        int at = GAP;
        for (int i = 0; i < names.size(); i++) {
            graphics.setColor(Palette.of("", i));
            graphics.fillRect(at, TOP / 2 - 2, GAP, 4);
            graphics.setColor(Palette.INK);
            graphics.drawString(names.get(i), at + GAP + GAP / 3, TOP / 2 + 5);
            at += 2 * GAP + GAP / 3 + graphics.getFontMetrics().stringWidth(names.get(i));
        }
    }

    private static XYChart chart(Panel panel, String x, List<String> names) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(panel.title)
                .xAxisTitle(x)
                .build();
        Chart.style(chart.getStyler());
        chart.getStyler().setLegendVisible(false).setChartTitleFont(TEXT);
        chart.getStyler().setYAxisMin(0.0).setXAxisMin(0.0);
        for (Line line : panel.lines) {
            chart.addSeries(line.name, line.xs, line.ys)
                    .setMarker(SeriesMarkers.NONE)
                    .setLineColor(Palette.of("", names.indexOf(line.name)))
                    .setLineStyle(new BasicStroke(1.5f));
        }
        return chart;
    }
}
