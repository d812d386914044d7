package io.sparsestream.web;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.Losses;
import io.sparsestream.learn.RunningAverage;
import io.sparsestream.learn.StepResult;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Losses and average activations over the steps, bounded: a point stands for {@code stride} steps, and whenever all
 * points are taken, each two neighbours become one and the stride doubles. Not thread-safe.
 */
final class History {
    /** More than a chart has pixels to show, after the halving too. */
    static final int CAPACITY = 1024;

    private final long[] steps = new long[CAPACITY]; // the last step of each point
    private final float[][] losses = new float[4][CAPACITY]; // total, mse, l2, kl: means over the point's steps
    private final double[] sums = new double[3]; // mse, l2, kl of the point being gathered
    private float[][] recent = {}; // per hidden layer [CAPACITY]: running average at the point's last step
    private float[][] active = {}; // per hidden layer [CAPACITY]: active units of an image at the point's last step
    private String[] layers = {};
    private int size;
    private long begin; // the first step that the points tell of
    private int gathered; // steps of the point being gathered
    private long stride = 1;

    /** @param learner after the step */
    void add(StepResult result, Learner learner) {
        dropFrom(result.step());
        begin = size == 0 && gathered == 0 ? result.step() : Math.min(begin, result.step());
        Losses now = result.losses();
        sums[0] += now.mse();
        sums[1] += now.l2();
        sums[2] += now.kl();
        gathered++;
        if (gathered == stride) {
            append(result.step(), learner);
        }
    }

    private void append(long step, Learner learner) {
        List<RunningAverage> averages = learner.averages();
        if (recent.length != averages.size()) {
            recent = new float[averages.size()][CAPACITY];
            active = new float[averages.size()][CAPACITY];
            layers = averages.stream().map(RunningAverage::layer).toArray(String[]::new);
        }
        steps[size] = step;
        losses[0][size] = (float) ((sums[0] + sums[1] + sums[2]) / stride);
        for (int term = 0; term < sums.length; term++) {
            losses[term + 1][size] = (float) (sums[term] / stride);
        }
        for (int layer = 0; layer < recent.length; layer++) {
            int number = layer;
            recent[layer][size] = (float) averages.get(layer).meanOfRecent();
            active[layer][size] = learner.measures()
                    .map(measures -> (float) measures.l0(number))
                    .orElse(Float.NaN);
        }
        size++;
        Arrays.fill(sums, 0);
        gathered = 0;
        if (size == CAPACITY) {
            halve();
        }
    }

    private void halve() {
        for (int i = 0; i < CAPACITY / 2; i++) {
            int first = 2 * i;
            int second = first + 1;
            steps[i] = steps[second];
            for (float[] term : losses) {
                term[i] = (term[first] + term[second]) / 2;
            }
            for (int layer = 0; layer < recent.length; layer++) {
                recent[layer][i] = recent[layer][second];
                active[layer][i] = active[layer][second];
            }
        }
        size = CAPACITY / 2;
        stride *= 2;
    }

    /** A learner that was restored to an earlier checkpoint makes some steps again: those before are void. */
    private void dropFrom(long step) {
        if (size > 0 && steps[size - 1] >= step) {
            while (size > 0 && steps[size - 1] >= step) {
                size--;
            }
            Arrays.fill(sums, 0);
            gathered = 0;
        }
    }

    void copyTo(History other) {
        other.size = size;
        other.begin = begin;
        other.stride = stride;
        other.layers = layers;
        System.arraycopy(steps, 0, other.steps, 0, size);
        for (int term = 0; term < losses.length; term++) {
            System.arraycopy(losses[term], 0, other.losses[term], 0, size);
        }
        if (other.recent.length != recent.length) {
            other.recent = new float[recent.length][CAPACITY];
            other.active = new float[recent.length][CAPACITY];
        }
        for (int layer = 0; layer < recent.length; layer++) {
            System.arraycopy(recent[layer], 0, other.recent[layer], 0, size);
            System.arraycopy(active[layer], 0, other.active[layer], 0, size);
        }
    }

    /** @param model whose history this is */
    Points points(String model) {
        Map<String, float[]> loss = new LinkedHashMap<>();
        List<String> terms = List.of("total", "mse", "l2", "kl");
        for (int term = 0; term < losses.length; term++) {
            loss.put(terms.get(term), Arrays.copyOf(losses[term], size));
        }
        Map<String, float[]> average = new LinkedHashMap<>();
        Map<String, float[]> units = new LinkedHashMap<>();
        for (int layer = 0; layer < recent.length; layer++) {
            average.put(layers[layer], Arrays.copyOf(recent[layer], size));
            units.put(layers[layer], Arrays.copyOf(active[layer], size));
        }
        OptionalLong first = size == 0 ? OptionalLong.empty() : OptionalLong.of(begin);
        return new Points(model, stride, first, Arrays.copyOf(steps, size), loss, average, units);
    }

    /**
     * The history as the page gets it.
     *
     * @param stride steps of a point
     * @param begin the first step that the process itself tells of, whatever past stands in front; empty before it has a point
     * @param steps last step of each point
     * @param loss by term, the mean over the point's steps
     * @param recent by hidden layer, the recent running average over its units at the point's last step
     * @param active by hidden layer, its active units in an image of late; NaN where that is not measured
     */
    record Points(
            String model,
            long stride,
            @JsonIgnore OptionalLong begin,
            long[] steps,
            Map<String, float[]> loss,
            Map<String, float[]> recent,
            Map<String, float[]> active) {
        /** The {@link #begin}, or nothing, as JSON has it. */
        @JsonProperty("first")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        Long first() {
            return begin.isPresent() ? begin.getAsLong() : null;
        }

        /** The same with a point for each so many neighbours; those that are left over are the last one. */
        Points coarser(int group) {
            long[] last = new long[(steps.length + group - 1) / group];
            for (int i = 0; i < last.length; i++) {
                last[i] = steps[Math.min(steps.length, (i + 1) * group) - 1];
            }
            return new Points(
                    model,
                    stride * group,
                    begin,
                    last,
                    each(loss, group, true),
                    each(recent, group, false),
                    each(active, group, false));
        }

        private static Map<String, float[]> each(Map<String, float[]> lists, int group, boolean isMean) {
            Map<String, float[]> coarser = new LinkedHashMap<>();
            lists.forEach((name, list) -> {
                float[] points = new float[(list.length + group - 1) / group];
                for (int i = 0; i < points.length; i++) {
                    int end = Math.min(list.length, (i + 1) * group);
                    double sum = 0;
                    for (int j = i * group; j < end; j++) {
                        sum += list[j];
                    }
                    points[i] = isMean ? (float) (sum / (end - i * group)) : list[end - 1];
                }
                coarser.put(name, points);
            });
            return coarser;
        }
    }
}
