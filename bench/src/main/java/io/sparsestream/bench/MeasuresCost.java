package io.sparsestream.bench;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardingLearner;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.nd4j.OpenBlas;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the live measures take of the training step. Both are timed within each step, so that what else the machine does
 * meets both alike.
 */
final class MeasuresCost {
    private static final List<String> PRESETS = List.of("plain", "selective", "dictionary");
    private static final long WARM_UP_NANOS = 5_000_000_000L;

    private MeasuresCost() {}

    static void run(Report report, Path data, int rounds, double seconds) throws IOException {
        Dataset dataset = Dataset.read(data, Split.TRAIN);
        List<List<String>> rows = new ArrayList<>();
        Map<String, Sample> samples = new LinkedHashMap<>();
        for (String preset : PRESETS) {
            List<Turn> turns = List.of(new Turn(preset, false, dataset), new Turn(preset, true, dataset));
            turns.forEach(turn -> turn.take(WARM_UP_NANOS));
            Map<Turn, List<Double>> shares = new LinkedHashMap<>();
            for (int round = 0; round < rounds; round++) {
                for (Turn turn : turns) {
                    shares.computeIfAbsent(turn, each -> new ArrayList<>()).add(turn.take((long) (1e9 * seconds)));
                }
            }
            shares.forEach((turn, values) -> {
                Sample share = new Sample(values);
                samples.put(turn.name, share);
                rows.add(List.of(turn.name, share.format("%.2f")));
            });
        }
        report.add(
                "Live measures, in per cent of the bare training step, " + rounds + " rounds by turns",
                List.of("", "%"),
                rows,
                samples);
    }

    /** A model that is measured, with the time that each step takes without the measures. */
    private static final class Turn {
        private final String name;
        private final Timed bare;
        private final Learner measured;
        private final MiniBatch batch;
        private final Dataset dataset;
        private final List<String> labels;
        private int next;

        Turn(String preset, boolean probes, Dataset dataset) {
            name = preset + (probes ? " with probes" : "");
            this.dataset = dataset;
            labels = dataset.labelTexts(MiniBatch.UNLABELLED);
            OpenBlas product = new OpenBlas();
            bare = new Timed(new Autoencoder(
                    Hyperparameters.presetArchitecture(preset), Hyperparameters.preset(preset), product));
            measured = new MeasuredLearner(bare, probes ? Optional.of(product) : Optional.empty());
            batch = measured.newBatch();
        }

        /** Learns for a while; returns the median time of the measures, in per cent of the bare step's. */
        double take(long nanos) {
            List<double[]> times = new ArrayList<>();
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() < end) {
                batch.clear();
                while (!batch.isFull()) {
                    batch.add(dataset.images().get(next), labels.get(next));
                    next = (next + 1) % dataset.size();
                }
                measured.train(batch);
                times.add(new double[] {bare.nanos, System.nanoTime() - bare.end});
            }
            return 100 * median(times, 1) / median(times, 0);
        }

        private static double median(List<double[]> times, int column) {
            double[] sorted =
                    times.stream().mapToDouble(time -> time[column]).sorted().toArray();
            return sorted[sorted.length / 2];
        }
    }

    /** Knows how long its last step took, and when that ended. */
    private static final class Timed extends ForwardingLearner {
        private long nanos;
        private long end;

        Timed(Learner learner) {
            super(learner);
        }

        @Override
        public StepResult train(MiniBatch batch) {
            long start = System.nanoTime();
            StepResult result = super.train(batch);
            end = System.nanoTime();
            nanos = end - start;
            return result;
        }
    }
}
