package io.sparsestream.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Repeated measurements of one thing. */
record Sample(List<Double> values) {
    Sample {
        values = List.copyOf(values);
    }

    /** Element by element, so that what was measured side by side is compared. */
    static Sample ratio(Sample numerator, Sample denominator) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < numerator.values.size(); i++) {
            ratios.add(numerator.values.get(i) / denominator.values.get(i));
        }
        return new Sample(ratios);
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int n = sorted.size();
        return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
    }

    double min() {
        return values.stream().min(Double::compare).orElseThrow();
    }

    double max() {
        return values.stream().max(Double::compare).orElseThrow();
    }

    /** Mean and range, such as {@code 0.998 (0.997–0.999)}. */
    String formatMean(String number) {
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        return format(number, mean);
    }

    /** Median and range, such as {@code 512 (498–520)}. */
    String format(String number) {
        return format(number, median());
    }

    private String format(String number, double middle) {
        return String.format(Locale.ROOT, number + " (" + number + "–" + number + ")", middle, min(), max());
    }
}
