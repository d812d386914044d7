package io.sparsestream.cli.demo;

import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.RunningAverage;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Reason;
import io.sparsestream.stream.TrainingListener;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How far one model of the demo has come; written by its stream thread, read by the others. */
public final class DemoModel implements TrainingListener {
    private static final int HISTORY_EVERY_STEPS = 100;
    private static final int REPORT_EVERY_STEPS = 1000;

    private final String name;
    private final Consumer<String> report;
    private final Terminal terminal; // that the report is for
    private final Map<Long, Double> history = new ConcurrentSkipListMap<>();
    private final Map<Integer, Long> replicaSteps = new HashMap<>(); // by partition; the stream thread's
    private final Map<Integer, Long> replicaImages = new HashMap<>();
    private volatile long steps;
    private volatile long images;
    private volatile long trained;
    private volatile long deadLetters;
    private volatile double lastLoss;
    private volatile double stepsPerSecond;
    private volatile double seconds;
    private long firstNanos;
    private long stepsTimed;

    /**
     * @param report takes a line now and then
     * @param terminal in which the lines are to fit
     */
    public DemoModel(String name, Consumer<String> report, Terminal terminal) {
        this.name = name;
        this.report = report;
        this.terminal = terminal;
    }

    /** Before training goes on: the losses by step that earlier runs had. */
    void recall(Map<Long, Double> losses) {
        losses.forEach((step, loss) -> {
            if (step % HISTORY_EVERY_STEPS == 0) {
                history.put(step, loss);
            }
        });
    }

    @Override
    public void onStep(StepResult result, Learner learner, long nanos) {
        add(result.step(), learner.state().images(), result);
    }

    @Override
    public void onResume(Learner learner, long nanos) {
        steps = learner.state().step();
        images = learner.state().images();
    }

    /** Steps and images of several replicas are counted together. */
    @Override
    public TrainingListener replica(int partition) {
        return new TrainingListener() {
            @Override
            public void onStep(StepResult result, Learner learner, long nanos) {
                count(learner);
                add(sum(replicaSteps) - 1, sum(replicaImages), result);
            }

            @Override
            public void onResume(Learner learner, long nanos) {
                count(learner);
                steps = sum(replicaSteps);
                images = sum(replicaImages);
            }

            private void count(Learner learner) {
                replicaSteps.put(partition, learner.state().step());
                replicaImages.put(partition, learner.state().images());
            }

            @Override
            public void onDeadLetter(Reason reason) {
                DemoModel.this.onDeadLetter(reason);
            }
        };
    }

    private static long sum(Map<Integer, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // the stream thread alone writes
    private void add(long step, long totalImages, StepResult result) {
        if (stepsTimed == 0) {
            firstNanos = System.nanoTime();
        } else {
            seconds = (System.nanoTime() - firstNanos) / 1e9;
            stepsPerSecond = stepsTimed / seconds;
        }
        stepsTimed++;
        if (step % HISTORY_EVERY_STEPS == 0) {
            history.put(step, result.losses().total());
            if (step % REPORT_EVERY_STEPS == 0 || step == HISTORY_EVERY_STEPS) {
                report.accept(describe(step, result));
            }
        }
        lastLoss = result.losses().total();
        steps = step + 1;
        images = totalImages;
        trained += result.forward().images();
    }

    private String describe(long step, StepResult result) {
        StringBuilder activations = new StringBuilder();
        double[][] means = result.forward().meanActivations();
        for (int layer = 0; layer < means.length; layer++) {
            activations.append(
                    String.format(Locale.ROOT, "  h_e_%d %.4f", layer + 1, RunningAverage.mean(means[layer])));
        }
        String loss = String.format(
                Locale.ROOT,
                "%-8s step %5d  loss %.4f",
                name,
                step,
                result.losses().total());
        String terms = result.losses().terms().entrySet().stream()
                .map(term -> String.format(Locale.ROOT, "%s %.4f", term.getKey(), term.getValue()))
                .collect(Collectors.joining(" + ", " = ", " "));
        String speed = String.format(Locale.ROOT, "  %.0f steps/s", stepsPerSecond);
        return Stream.of(loss + terms + activations + speed, loss + activations + speed, loss + activations)
                .filter(line -> terminal.fits(line.length()))
                .findFirst()
                .orElse(loss);
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // the stream thread alone writes
    public void onDeadLetter(Reason reason) {
        deadLetters++;
    }

    String name() {
        return name;
    }

    /** Steps made, those of earlier runs on the same directory included. */
    long steps() {
        return steps;
    }

    long images() {
        return images;
    }

    /** Images trained by this run, those of steps that were undone by a rollback or a reset included. */
    long trained() {
        return trained;
    }

    long deadLetters() {
        return deadLetters;
    }

    /** Since the first step of this run. */
    double seconds() {
        return seconds;
    }

    double stepsPerSecond() {
        return stepsPerSecond;
    }

    /** Total loss by step, every hundredth of this run. */
    Map<Long, Double> history() {
        return new TreeMap<>(history);
    }

    /** As {@link #history}, and the last step of this run. */
    SortedMap<Long, Double> historyToLast() {
        SortedMap<Long, Double> toLast = new TreeMap<>(history);
        if (trained > 0) {
            toLast.put(steps - 1, lastLoss);
        }
        return toLast;
    }
}
