package io.sparsestream.web;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a model said of itself before the process began, in front of the history of the process.
 *
 * @param said in the order of the steps, each step once
 */
record Past(List<Recalled> said) {
    /** Points of the past: enough for a chart, beside those of the present. */
    private static final int MOST = 512;

    private static final Recalled.Layer UNKNOWN = new Recalled.Layer(Double.NaN, Double.NaN, new byte[0]);

    static final Past NONE = new Past(List.of());

    Past {
        said = List.copyOf(said);
    }

    boolean isEmpty() {
        return said.isEmpty();
    }

    /** The past up to the first step of the present, then the present, in points as far apart as those of the past. */
    History.Points before(History.Points fine) {
        long begin = fine.steps().length == 0 ? Long.MAX_VALUE : fine.steps()[0];
        List<Recalled> earlier =
                said.stream().filter(each -> each.step() < begin).toList();
        if (earlier.isEmpty()) {
            return fine;
        }
        int group = (earlier.size() + MOST - 1) / MOST;
        int points = earlier.size() / group;
        long[] steps = new long[points];
        for (int i = 0; i < points; i++) {
            steps[i] = earlier.get((i + 1) * group - 1).step();
        }
        long apart = points < 2 ? 1 : (steps[points - 1] - steps[0]) / (points - 1);
        History.Points present = fine.coarser((int) Math.max(1, apart / fine.stride()));
        Recalled last = earlier.get(earlier.size() - 1);
        Map<String, float[]> loss = new LinkedHashMap<>();
        for (String term : last.loss().keySet()) {
            loss.put(
                    term,
                    join(
                            means(earlier, group, each -> each.loss().get(term)),
                            present.loss().get(term)));
        }
        Map<String, float[]> recent = new LinkedHashMap<>();
        Map<String, float[]> active = new LinkedHashMap<>();
        for (String layer : last.layers().keySet()) {
            float[] averages = means(earlier, group, each -> of(each, layer).recent());
            float[] units = means(earlier, group, each -> of(each, layer).active());
            recent.put(layer, join(averages, present.recent().get(layer)));
            active.put(layer, join(units, present.active().get(layer)));
        }
        long[] all = Arrays.copyOf(steps, points + present.steps().length);
        System.arraycopy(present.steps(), 0, all, points, present.steps().length);
        return new History.Points(present.model(), present.stride(), present.begin(), all, loss, recent, active);
    }

    private static Recalled.Layer of(Recalled each, String layer) {
        return each.layers().getOrDefault(layer, UNKNOWN);
    }

    /** The averages of a layer's units. */
    Ridge ridge(String layer) {
        Ridge ridge = new Ridge();
        for (Recalled each : said) {
            if (each.layers().containsKey(layer)) {
                ridge.add(each.step(), each.layers().get(layer).averages());
            }
        }
        return ridge;
    }

    /** Of each group of neighbours; those that fill no group are left out. */
    private static float[] means(List<Recalled> said, int group, Function<Recalled, Double> value) {
        float[] means = new float[said.size() / group];
        for (int i = 0; i < means.length; i++) {
            double sum = 0;
            for (Recalled each : said.subList(i * group, (i + 1) * group)) {
                Double found = value.apply(each);
                sum += found == null ? Double.NaN : found;
            }
            means[i] = (float) (sum / group);
        }
        return means;
    }

    private static float[] join(float[] past, float[] present) {
        if (present == null) {
            return past;
        }
        float[] all = Arrays.copyOf(past, past.length + present.length);
        System.arraycopy(present, 0, all, past.length, present.length);
        return all;
    }
}
