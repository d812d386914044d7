package io.sparsestream.sweep;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.DivergedException;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Manifest;
import io.sparsestream.sweep.SweepDirectory.HeldBack;
import io.sparsestream.sweep.SweepDirectory.Plan;
import io.sparsestream.sweep.SweepDirectory.Progress;
import io.sparsestream.sweep.Trial.Status;
import io.sparsestream.topic.NewestRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * All trials on one pass over the images topic, in step: a block of images is read once, every running trial is trained
 * on it, as many at once as there are threads, and then the next block is read.
 */
public final class Sweep {
    /** Steps between two of the points where trials wait for one another. */
    private static final int BLOCK = 25;

    /**
     * How a sweep runs.
     *
     * @param kafka client properties, the bootstrap servers included
     * @param topic of the images
     * @param format of its records
     * @param architecture of every trial
     * @param steps of a trial that is not stopped
     * @param halving whether after … steps/4, steps/2 the worse half of the running trials is stopped, so often that two
     *     are left (K. Jamieson, A. Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter
     *     Optimization", AISTATS 2016); better is what lies on an earlier Pareto front, then what has the lower error
     * @param threads trials that are trained at once
     * @param directory for what is needed to go on after a kill
     * @param checkpointInterval least time between two checkpoints
     * @param last newest records of the topic on which the trials are judged, and from which they do not learn; empty if they are
     *     judged on others
     */
    public record Settings(
            Map<String, Object> kafka,
            String topic,
            InputFormat format,
            Architecture architecture,
            long steps,
            boolean halving,
            int threads,
            Path directory,
            Duration checkpointInterval,
            Optional<Integer> last) {}

    /** Is told how far the sweep has come. */
    public interface Listener {
        /** @param running trials that go on */
        void onProgress(long step, int running);

        /** A line for people. */
        void onMessage(String line);
    }

    private final Settings settings;
    private final List<Trial> trials = new ArrayList<>();
    private final Map<Integer, Learner> running = new LinkedHashMap<>();
    private List<byte[]> test;
    private final Listener listener;
    private final Plan plan;
    private long step;

    private Sweep(Settings settings, List<Hyperparameters> trials, List<byte[]> test, Listener listener) {
        this.settings = settings;
        this.test = test;
        this.listener = listener;
        plan = new Plan(
                settings.topic(),
                settings.architecture().sizes(),
                settings.steps(),
                settings.halving(),
                trials,
                settings.last().orElse(null),
                Manifest.Input.of(settings.format()));
    }

    /**
     * Runs a sweep to its end, or what an earlier run on the same directory has left of it.
     *
     * @param trials settings of the same batch size
     * @param product a new one for each trial
     * @param test where the trials are judged, unless that is on the newest records of the topic
     * @return all trials, by their ids
     * @throws IOException if the topic cannot be read, or the directory not be used
     */
    public static List<Trial> run(
            Settings settings,
            List<Hyperparameters> trials,
            Supplier<MatrixProduct> product,
            List<byte[]> test,
            Listener listener)
            throws IOException, InterruptedException, ExecutionException {
        Sweep sweep = new Sweep(settings, trials, test, listener);
        ExecutorService threads = Executors.newFixedThreadPool(settings.threads());
        try (SweepDirectory directory = new SweepDirectory(settings.directory())) {
            sweep.run(directory, product, threads);
        } finally {
            threads.shutdownNow();
        }
        return List.copyOf(sweep.trials);
    }

    private void run(SweepDirectory directory, Supplier<MatrixProduct> product, ExecutorService threads)
            throws IOException, InterruptedException, ExecutionException {
        Progress progress = directory.progress(plan);
        trials.addAll(progress.trials());
        step = progress.step();
        for (Trial trial : trials) {
            if (trial.status() == Status.RUNNING) {
                Learner learner = ScaledLearner.of(
                        new Autoencoder(settings.architecture(), trial.hyperparameters(), product.get()));
                if (step > 0) {
                    directory.restore(trial.id(), step, learner);
                }
                running.put(trial.id(), learner);
            }
        }
        if (running.isEmpty()) {
            return;
        }
        NavigableSet<Long> judgements = judgements(plan);
        int batch = trials.get(0).hyperparameters().batch();
        int pixels = settings.architecture().inputs();
        try (ImageFeed feed = new ImageFeed(
                settings.kafka(),
                settings.topic(),
                pixels,
                settings.format(),
                progress.nextOffset(),
                Optional.ofNullable(progress.topicId()),
                listener::onMessage)) {
            Optional<HeldBack> heldBack = holdBack(progress, feed);
            List<byte[]> images = new ArrayList<>();
            long checkpointed = System.nanoTime();
            while (!running.isEmpty()) {
                long next = Math.min(step + BLOCK, judgements.higher(step));
                feed.read(Math.toIntExact(next - step) * batch, images);
                train(images, threads);
                step = next;
                boolean judged = judgements.contains(step);
                if (judged) {
                    judge(threads);
                }
                trials.replaceAll(trial -> running.containsKey(trial.id()) ? trial.running(step) : trial);
                if (judged || running.isEmpty() || isDue(checkpointed)) {
                    feed.requireSame();
                    directory.write(
                            new Progress(
                                    plan,
                                    step,
                                    feed.position(),
                                    feed.topicId(),
                                    List.copyOf(trials),
                                    heldBack.orElse(null)),
                            running);
                    checkpointed = System.nanoTime();
                }
                listener.onProgress(step, running.size());
            }
        }
    }

    /**
     * Reads the records on which the trials are judged, if they are of the topic: those that an earlier run has held back, whatever
     * has come since.
     *
     * @throws IOException if they are gone
     */
    private Optional<HeldBack> holdBack(Progress progress, ImageFeed feed) throws IOException {
        if (settings.last().isEmpty()) {
            return Optional.empty();
        }
        ImageDecoder decoder = new ImageDecoder(settings.architecture().inputs(), settings.format());
        int last = settings.last().get();
        HeldBack before = progress.heldBack();
        NewestRecords newest = before == null
                ? NewestRecords.read(settings.kafka(), settings.topic(), last, decoder)
                : NewestRecords.readTo(settings.kafka(), settings.topic(), last, decoder, before.end());
        HeldBack found = new HeldBack(newest.records().get(0).offset(), newest.end());
        if (before != null && !before.equals(found)) {
            throw new IOException("retention has deleted records of topic " + settings.topic()
                    + " on which the trials are judged: start the sweep again with another --dir");
        }
        test = newest.records().stream().map(NewestRecords.Found::values).toList();
        feed.endAt(found.from());
        return Optional.of(found);
    }

    private boolean isDue(long checkpointed) {
        return System.nanoTime() - checkpointed >= settings.checkpointInterval().toNanos();
    }

    /** The steps after which all running trials are evaluated. */
    private static NavigableSet<Long> judgements(Plan plan) {
        NavigableSet<Long> steps = new TreeSet<>(List.of(plan.steps()));
        if (plan.halving()) {
            long rung = plan.steps() / 2;
            for (int left = plan.trials().size(); left > 2 && rung > 0; left = (left + 1) / 2) {
                steps.add(rung);
                rung /= 2;
            }
        }
        return steps;
    }

    /** One block for every running trial; the diverged ones end. */
    private void train(List<byte[]> images, ExecutorService threads) throws InterruptedException, ExecutionException {
        Map<Integer, Boolean> sound = inParallel(threads, learner -> isSoundAfter(learner, images));
        sound.forEach((id, isSound) -> {
            if (!isSound) {
                endDiverged(id);
            }
        });
    }

    private void endDiverged(int id) {
        long steps = running.remove(id).state().step();
        trials.replaceAll(trial -> trial.id() == id ? trial.diverged(steps) : trial);
        listener.onMessage("trial " + id + " has diverged at step " + steps);
    }

    private static boolean isSoundAfter(Learner learner, List<byte[]> images) {
        MiniBatch batch = learner.newBatch();
        for (byte[] image : images) {
            batch.add(image);
            if (batch.isFull()) {
                try {
                    learner.train(batch);
                } catch (DivergedException e) {
                    return false;
                }
                batch.clear();
            }
        }
        return true;
    }

    /** Evaluates the running trials and ends all of them, or the worse half. */
    private void judge(ExecutorService threads) throws InterruptedException, ExecutionException {
        Map<Integer, Evaluation> found = inParallel(threads, learner -> Evaluation.of(learner, test));
        found.forEach((id, evaluation) -> { // a step of which the next one would have noticed it
            if (evaluation.losses().isDiverged()) {
                endDiverged(id);
            }
        });
        boolean last = step == plan.steps();
        Status end = last ? Status.FINISHED : Status.STOPPED;
        List<Trial> judged = trials.stream()
                .filter(trial -> running.containsKey(trial.id()))
                .map(trial -> trial.ended(end, step, found.get(trial.id())))
                .toList();
        List<Trial> ranked = ParetoFront.ranked(judged);
        List<Trial> ending = last ? ranked : ranked.subList((ranked.size() + 1) / 2, ranked.size());
        for (Trial ended : ending) {
            running.remove(ended.id());
            trials.replaceAll(trial -> trial.id() == ended.id() ? ended : trial);
        }
        if (!last) {
            listener.onMessage("step " + step + ": " + ending.size() + " of " + judged.size() + " trials stopped");
        }
    }

    /** The same work on every running trial's learner, each of which is used by one thread at a time. */
    private <T> Map<Integer, T> inParallel(ExecutorService threads, Function<Learner, T> work)
            throws InterruptedException, ExecutionException {
        Map<Integer, Future<T>> futures = new LinkedHashMap<>();
        running.forEach((id, learner) -> futures.put(id, threads.submit(() -> work.apply(learner))));
        Map<Integer, T> results = new LinkedHashMap<>();
        for (Map.Entry<Integer, Future<T>> future : futures.entrySet()) {
            results.put(future.getKey(), future.getValue().get());
        }
        return results;
    }
}
