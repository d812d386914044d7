package io.sparsestream.bench;

import io.sparsestream.learn.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a model costs besides its steps as it grows: dictionaries of digits, from ten thousand parameters to a hundred million. A
 * broker, a replay that has always something waiting, and a trainer as processes of their own; at the end the trainer is killed
 * and started again.
 */
final class LargeModels {
    private static final int INPUTS = 784;
    private static final List<Integer> UNITS = List.of(6, 64, 640, 6_400, 19_200, 64_000);
    private static final int K = 3; // active units of a record
    private static final int ARRAYS = 3; // that a checkpoint has for each parameter: it, and Adam's moments

    /**
     * Float arrays for each parameter that the heap has room for. Ten are alive: those, the gradient, copies on their way out,
     * the live page's snapshots. The parallel collector keeps a third of the heap for what is young.
     */
    private static final int HEAP_ARRAYS = 15;

    private static final int HEAP = 1024; // MB besides
    private static final int RATE = 3000; // records a second, which small models keep up with
    private static final String CHECKPOINTS = "sparsestream_checkpoint_seconds_count";
    private static final double MEGA = 1e6;

    private final Path work = Files.createTempDirectory("sparsestream-bench-");
    private final int units;
    private final long seconds;

    private LargeModels(int units, long seconds) throws IOException {
        this.units = units;
        this.seconds = seconds;
    }

    /**
     * What a trainer showed while it learned.
     *
     * @param stepMillis mean
     * @param checkpointSeconds mean, on the stream thread
     * @param interval seconds from one checkpoint to the next
     * @param share of the time that checkpoints took
     */
    private record Learning(
            double stepMillis, double checkpointSeconds, double interval, double share, double peakMegabytes) {}

    /**
     * What one size showed.
     *
     * @param restore seconds of the task's start after a SIGKILL
     * @param toFirstStep seconds from the JVM's start to the first step after a SIGKILL
     */
    private record Seen(Learning learning, double restore, double toFirstStep) {}

    /** @param seconds that each size is looked at, once it has made its first checkpoint */
    static void run(Report report, Path data, double seconds) throws IOException, InterruptedException {
        long looked = Math.round(seconds);
        List<List<String>> rows = new ArrayList<>();
        Map<String, Sample> samples = new LinkedHashMap<>();
        for (int units : UNITS) {
            LargeModels model = new LargeModels(units, looked);
            Seen seen = model.measure(data);
            double parameters = model.parameters();
            String name = model.architecture().toString();
            Learning learning = seen.learning;
            samples.put(name + ", ms a step", new Sample(List.of(learning.stepMillis)));
            samples.put(name + ", seconds a checkpoint", new Sample(List.of(learning.checkpointSeconds)));
            samples.put(name + ", share of the time", new Sample(List.of(learning.share)));
            samples.put(name + ", seconds to restore", new Sample(List.of(seen.restore)));
            List<String> row = List.of(
                    name,
                    number("%.2g", parameters),
                    number("%.1f", ARRAYS * Float.BYTES * parameters / MEGA),
                    number("%.2f", learning.stepMillis),
                    number("%.3f", learning.checkpointSeconds),
                    number("%.1f", learning.interval),
                    number("%.1f", 100 * learning.share),
                    number("%.1f", seen.restore),
                    number("%.1f", seen.toFirstStep),
                    number("%.0f", learning.peakMegabytes));
            System.err.println(row);
            rows.add(row);
        }
        report.add(
                "What a model costs as it grows, each looked at for " + looked + " s",
                List.of(
                        "layers",
                        "parameters",
                        "state, MB",
                        "ms a step",
                        "s a checkpoint",
                        "one in s",
                        "% of the time",
                        "restore, s",
                        "to the first step, s",
                        "memory, MB"),
                rows,
                samples);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private Architecture architecture() {
        return Architecture.of(INPUTS, units, INPUTS);
    }

    private double parameters() {
        return 2.0 * INPUTS * units + units + INPUTS;
    }

    private Seen measure(Path data) throws IOException, InterruptedException {
        try (ProductProcess broker = ProductProcess.broker(work)) {
            String bootstrap = broker.bootstrapServers();
            try (ProductProcess replay =
                    ProductProcess.replay(work, bootstrap, data, List.of("--forever", "--rate=" + RATE))) {
                replay.requireAlive();
                return measure(bootstrap);
            }
        } finally {
            VectorPipeline.delete(work);
        }
    }

    private Seen measure(String bootstrap) throws IOException, InterruptedException {
        Learning learning;
        try (ProductProcess trainer = trainer(bootstrap, "first")) {
            learning = look(trainer);
            trainer.kill();
        }
        long start = System.nanoTime();
        try (ProductProcess again = trainer(bootstrap, "second")) {
            Meters meters = new Meters(again.page());
            meters.await(again, "sparsestream_steps_total", 0);
            double toFirstStep = (System.nanoTime() - start) / 1e9;
            return new Seen(learning, meters.await(again, "sparsestream_restore_seconds_sum", 0), toFirstStep);
        }
    }

    private ProductProcess trainer(String bootstrap, String name) throws IOException {
        long heap = HEAP + Math.round(HEAP_ARRAYS * Float.BYTES * parameters() / MEGA);
        return ProductProcess.start(
                work.resolve(name + ".log"),
                "-Xmx" + heap + "m",
                List.of(
                        "train",
                        "--bootstrap-servers=" + bootstrap,
                        "--port=0",
                        "--preset=dictionary",
                        "--activation=topk:" + K,
                        "--layers=" + architecture(),
                        "--state-dir=" + work.resolve("state")));
    }

    /** Between two looks, each right behind a checkpoint: large models make one a minute. */
    private Learning look(ProductProcess trainer) throws IOException, InterruptedException {
        Meters meters = new Meters(trainer.page());
        meters.await(trainer, CHECKPOINTS, 0);
        Meters.Values before = meters.read();
        long start = System.nanoTime();
        Thread.sleep(Duration.ofSeconds(seconds).toMillis());
        trainer.look();
        meters.await(trainer, CHECKPOINTS, meters.read().sum(CHECKPOINTS));
        Meters.Values after = meters.read();
        double time = (System.nanoTime() - start) / 1e9;
        double checkpoints = change(before, after, CHECKPOINTS);
        double writing = change(before, after, "sparsestream_checkpoint_seconds_sum");
        double stepping = change(before, after, "sparsestream_step_seconds_sum");
        return new Learning(
                1e3 * stepping / change(before, after, "sparsestream_step_seconds_count"),
                writing / checkpoints,
                time / checkpoints,
                writing / time,
                trainer.peakMegabytes());
    }

    private static double change(Meters.Values before, Meters.Values after, String name) {
        return after.sum(name) - before.sum(name);
    }
}
