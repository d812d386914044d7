package io.sparsestream.compare;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts as PNG files. */
public final class Chart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 500;
    private static final int BINS = 60;
    private static final double DECADES = 4;

    /** The first two differ for colour-blind eyes, too. */
    private static final Color[] COLORS = {
        new Color(0x2f6db5),
        new Color(0xd9761a),
        new Color(0x3d8f5f),
        new Color(0x8a5fb0),
        new Color(0xb04a5a),
        new Color(0x6f6f6f)
    };

    private Chart() {}

    /**
     * How the units of a layer are spread over their mean activations, on a logarithmic axis from 0.0001 to 1.
     *
     * @param units mean activation of every unit, by model
     * @param rho a line to compare with
     */
    static void writeHistogram(Path file, String title, Map<String, double[]> units, double rho) throws IOException {
        XYChart chart = xy(title, "mean activation of a unit (logarithmic)", "fraction of units");
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setXAxisMin(Math.pow(10, -DECADES))
                .setXAxisMax(1.0);
        double[] edges = new double[BINS + 1];
        for (int bin = 0; bin <= BINS; bin++) {
            edges[bin] = Math.pow(10, DECADES * bin / BINS - DECADES);
        }
        double highest = 0;
        for (Map.Entry<String, double[]> model : units.entrySet()) {
            double[] fractions = fractions(model.getValue());
            chart.addSeries(model.getKey(), edges, fractions)
                    .setXYSeriesRenderStyle(XYSeriesRenderStyle.StepArea)
                    .setMarker(SeriesMarkers.NONE);
            for (double fraction : fractions) {
                highest = Math.max(highest, fraction);
            }
        }
        XYSeries target = chart.addSeries("ρ = " + rho, new double[] {rho, rho}, new double[] {0, highest});
        target.setMarker(SeriesMarkers.NONE).setLineColor(Color.BLACK);
        fill(chart.getStyler());
        save(chart, file);
    }

    /** Of each bin by its left edge; the last one again, to end its step. */
    private static double[] fractions(double[] activations) {
        double[] fractions = new double[BINS + 1];
        for (double activation : activations) {
            int bin = (int) ((Math.log10(activation) + DECADES) / DECADES * BINS);
            fractions[Math.max(0, Math.min(BINS - 1, bin))] += 1.0 / activations.length;
        }
        fractions[BINS] = fractions[BINS - 1];
        return fractions;
    }

    /** @param values by series, one for each category */
    static void writeBars(
            Path file, String title, String x, String y, List<String> categories, Map<String, List<Double>> values)
            throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        style(chart.getStyler());
        values.forEach((series, heights) -> chart.addSeries(series, categories, heights));
        save(chart, file);
    }

    /**
     * Points, those of the front joined by a line.
     *
     * @param front by ascending x: {x, y}
     * @param others {x, y}
     */
    public static void writeFront(
            Path file, String title, String x, String y, List<double[]> front, List<double[]> others)
            throws IOException {
        XYChart chart = xy(title, x, y);
        chart.getStyler().setMarkerSize(9);
        if (!front.isEmpty()) {
            chart.addSeries("Pareto front", column(front, 0), column(front, 1)).setMarker(SeriesMarkers.CIRCLE);
        }
        if (!others.isEmpty()) {
            chart.addSeries("other trials", column(others, 0), column(others, 1))
                    .setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter)
                    .setMarker(SeriesMarkers.CROSS);
        }
        save(chart, file);
    }

    private static double[] column(List<double[]> points, int index) {
        return points.stream().mapToDouble(point -> point[index]).toArray();
    }

    private static XYChart xy(String title, String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        style(chart.getStyler());
        return chart;
    }

    private static void style(AxesChartStyler styler) {
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setLegendPosition(LegendPosition.InsideNE);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(new Color(0xe4e4e4));
        styler.setSeriesColors(COLORS);
        styler.setDecimalPattern("0.####");
    }

    /** So that one series does not hide the next. */
    private static void fill(AxesChartStyler styler) {
        Color[] clear = new Color[COLORS.length];
        for (int i = 0; i < clear.length; i++) {
            clear[i] = new Color(COLORS[i].getRed(), COLORS[i].getGreen(), COLORS[i].getBlue(), 140);
        }
        styler.setSeriesColors(clear);
    }

    private static void save(org.knowm.xchart.internal.chartpart.Chart<?, ?> chart, Path file) throws IOException {
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    }
}
