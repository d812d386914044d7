package io.sparsestream.compare;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts as PNG files, with twice the pixels that they are to be shown with. */
public final class Chart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 450;
    private static final int DOTS_PER_INCH = 144; // twice the usual 72
    private static final int BINS = 60;
    private static final int LEAST_DECADE = -4;
    private static final double LOGARITHMIC_FROM = 10; // greatest over least
    private static final int NAMED_POINTS = 40;
    private static final double NAME_DISTANCE = 0.045; // of the axis
    private static final BasicStroke LINE = new BasicStroke(2);
    private static final BasicStroke DASHED =
            new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {6, 4}, 0);

    private Chart() {}

    /**
     * How the units of a layer are spread over their mean activations: an outline for each model, on a logarithmic axis from
     * 0.0001 to the power of ten that is above all.
     *
     * @param units mean activation of every unit, by model
     * @param rho a line to compare with
     */
    static void writeHistogram(Path file, String title, Map<String, double[]> units, double rho) throws IOException {
        double greatest =
                units.values().stream().flatMapToDouble(DoubleStream::of).max().orElse(1);
        double decades = Math.max(0, Math.ceil(Math.log10(Math.max(1, greatest)))) - LEAST_DECADE;
        XYChart chart = xy(title, "mean activation of a unit (logarithmic)", "share of units");
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setXAxisMin(Math.pow(10, LEAST_DECADE))
                .setXAxisMax(Math.pow(10, LEAST_DECADE + decades))
                .setYAxisMin(0.0);
        double[] edges = new double[BINS + 1];
        for (int bin = 0; bin <= BINS; bin++) {
            edges[bin] = Math.pow(10, decades * bin / BINS + LEAST_DECADE);
        }
        double highest = 0;
        int place = 0;
        for (Map.Entry<String, double[]> model : units.entrySet()) {
            double[] fractions = fractions(model.getValue(), decades);
            chart.addSeries(model.getKey(), edges, fractions)
                    .setXYSeriesRenderStyle(XYSeriesRenderStyle.Step)
                    .setMarker(SeriesMarkers.NONE)
                    .setLineColor(Palette.of(model.getKey(), place++))
                    .setLineStyle(LINE);
            highest = Math.max(highest, DoubleStream.of(fractions).max().orElseThrow());
        }
        chart.addSeries("ρ = " + rho, new double[] {rho, rho}, new double[] {0, highest})
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(Palette.SOFT)
                .setLineStyle(DASHED);
        save(chart, file);
    }

    /** Of each bin by its left edge; the last one again, to end its step. */
    private static double[] fractions(double[] activations, double decades) {
        double[] fractions = new double[BINS + 1];
        for (double activation : activations) {
            int bin = (int) ((Math.log10(activation) - LEAST_DECADE) / decades * BINS);
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
        int place = 0;
        for (Map.Entry<String, List<Double>> series : values.entrySet()) {
            chart.addSeries(series.getKey(), categories, series.getValue())
                    .setFillColor(Palette.of(series.getKey(), place++));
        }
        save(chart, file);
    }

    /** A point with its name. */
    public record Point(String name, double x, double y) {}

    /**
     * Points with their names, and the front as steps: nothing was measured between two points, so right of one its value is
     * the best there is up to the next one. An axis whose values span a power of ten is logarithmic.
     *
     * @param front by ascending x
     * @param others have a name only if all points together are few
     */
    public static void writeFront(Path file, String title, String x, String y, List<Point> front, List<Point> others)
            throws IOException {
        List<Point> all = Stream.concat(front.stream(), others.stream()).toList();
        boolean logarithmicX = spansADecade(all.stream().mapToDouble(Point::x).toArray());
        boolean logarithmicY = spansADecade(all.stream().mapToDouble(Point::y).toArray());
        XYChart chart = xy(title, x + (logarithmicX ? ", logarithmic" : ""), y + (logarithmicY ? ", logarithmic" : ""));
        chart.getStyler()
                .setXAxisLogarithmic(logarithmicX)
                .setYAxisLogarithmic(logarithmicY)
                .setMarkerSize(9);
        if (!front.isEmpty()) {
            int steps = 2 * front.size() - 1;
            double[] xs = new double[steps];
            double[] ys = new double[steps];
            for (int i = 0; i < steps; i++) {
                xs[i] = front.get((i + 1) / 2).x;
                ys[i] = front.get(i / 2).y;
            }
            chart.addSeries("Pareto front", xs, ys)
                    .setMarker(SeriesMarkers.NONE)
                    .setLineColor(Palette.of("", 0))
                    .setLineStyle(LINE);
            addPoints(chart, "its trials", front, Palette.of("", 0));
            chart.getSeriesMap().get("its trials").setMarker(SeriesMarkers.CIRCLE);
        }
        if (!others.isEmpty()) {
            addPoints(chart, "other trials", others, Palette.SOFT);
            chart.getSeriesMap().get("other trials").setMarker(SeriesMarkers.CROSS);
        }
        // Left and below of the front is free.
        DoubleUnaryOperator below = shift(all, logarithmicY, -NAME_DISTANCE);
        DoubleUnaryOperator above = shift(all, logarithmicY, NAME_DISTANCE);
        front.forEach(point -> name(chart, point, below.applyAsDouble(point.y)));
        if (all.size() <= NAMED_POINTS) {
            others.forEach(point -> name(chart, point, above.applyAsDouble(point.y)));
        }
        double least = all.stream().mapToDouble(Point::y).min().orElse(0);
        double greatest = all.stream().mapToDouble(Point::y).max().orElse(1);
        if (greatest > least) { // else the axis is as wide as the library likes
            chart.getStyler()
                    .setYAxisMin(below.andThen(below).applyAsDouble(least))
                    .setYAxisMax(above.andThen(above).applyAsDouble(greatest));
        }
        save(chart, file);
    }

    private static void name(XYChart chart, Point point, double y) {
        chart.addAnnotation(new AnnotationText(point.name, point.x, y, false));
    }

    /** By a share of what an axis with these points spans. */
    private static DoubleUnaryOperator shift(List<Point> points, boolean logarithmic, double share) {
        double least = points.stream().mapToDouble(Point::y).min().orElse(0);
        double greatest = points.stream().mapToDouble(Point::y).max().orElse(0);
        return logarithmic ? y -> y * Math.pow(greatest / least, share) : y -> y + share * (greatest - least);
    }

    private static void addPoints(XYChart chart, String name, List<Point> points, Color color) {
        chart.addSeries(
                        name,
                        points.stream().mapToDouble(Point::x).toArray(),
                        points.stream().mapToDouble(Point::y).toArray())
                .setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter)
                .setMarkerColor(color);
    }

    private static boolean spansADecade(double[] values) {
        double least = DoubleStream.of(values).min().orElse(0);
        return least > 0 && DoubleStream.of(values).max().orElse(0) > LOGARITHMIC_FROM * least;
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

    static void style(AxesChartStyler styler) {
        Font text = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
        styler.setChartBackgroundColor(Palette.PAPER)
                .setPlotBackgroundColor(Palette.PAPER)
                .setLegendBackgroundColor(Palette.PAPER)
                .setLegendBorderColor(Palette.PAPER)
                .setChartFontColor(Palette.INK)
                .setChartTitleFont(text.deriveFont(16f))
                .setLegendFont(text)
                .setLegendPosition(LegendPosition.OutsideE)
                .setAnnotationTextFont(text)
                .setAnnotationTextFontColor(Palette.INK)
                .setPlotBorderVisible(false)
                .setDecimalPattern("0.####");
        styler.setPlotGridLinesColor(Palette.LINE)
                .setPlotGridVerticalLinesVisible(false)
                .setPlotGridLinesStroke(new BasicStroke(1))
                .setAxisTitleFont(text)
                .setAxisTickLabelsFont(text)
                .setAxisTickLabelsColor(Palette.SOFT)
                .setAxisTickMarksColor(Palette.LINE);
    }

    private static void save(org.knowm.xchart.internal.chartpart.Chart<?, ?> chart, Path file) throws IOException {
        BitmapEncoder.saveBitmapWithDPI(chart, file.toString(), BitmapFormat.PNG, DOTS_PER_INCH);
    }
}
