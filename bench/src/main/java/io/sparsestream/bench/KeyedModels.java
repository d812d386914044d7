package io.sparsestream.bench;

import io.sparsestream.learn.Hyperparameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What models by key cost beside one model of the same layers: digits by their label, which all wait on the topic, for a trainer with
 * room for all ten models and for one with room for four, so that nearly every mini-batch loads one model and stores another.
 */
final class KeyedModels {
    private static final int IMAGES = 300_000;
    private static final int LEAST =
            IMAGES - 10 * Hyperparameters.PLAIN.batch(); // each model may wait for the rest of a mini-batch
    private static final String LAYERS = "784-64-16-64-784"; // the default of models by key
    private static final String LEARNED = "sparsestream_images_total";
    private static final String EVICTED = "sparsestream_model_evictions_total";

    private KeyedModels() {}

    /**
     * What one trainer showed.
     *
     * @param perSecond images, over the second half of them
     * @param cpuSeconds of all its threads, from its start to the last full mini-batch
     * @param evictions models that had to leave memory for another
     */
    private record Seen(double perSecond, double cpuSeconds, double evictions) {}

    static void run(Report report, Path data, int rounds) throws IOException, InterruptedException {
        Map<String, List<String>> settings = new LinkedHashMap<>();
        settings.put("one model of these layers", List.of());
        settings.put("ten models by label, all in memory", List.of("--model-per-key=header:label"));
        settings.put(
                "ten models by label, four in memory",
                List.of("--model-per-key=header:label", "--max-models-in-memory=4"));
        Map<String, List<Seen>> all = new LinkedHashMap<>();
        Path work = Files.createTempDirectory("sparsestream-bench-");
        try (ProductProcess broker = ProductProcess.broker(work)) {
            String bootstrap = broker.bootstrapServers();
            try (ProductProcess replay = ProductProcess.replay(work, bootstrap, data, List.of("--images=" + IMAGES))) {
                replay.await();
            }
            int model = 0;
            for (int round = 0; round < rounds; round++) {
                for (Map.Entry<String, List<String>> setting : settings.entrySet()) {
                    all.computeIfAbsent(setting.getKey(), name -> new ArrayList<>())
                            .add(learn(work, bootstrap, "m" + model++, setting.getValue()));
                }
            }
        } finally {
            VectorPipeline.delete(work);
        }
        List<List<String>> rows = new ArrayList<>();
        Map<String, Sample> samples = new LinkedHashMap<>();
        all.forEach((name, runs) -> {
            Sample rate = new Sample(runs.stream().map(Seen::perSecond).toList());
            Sample cpu = new Sample(runs.stream().map(Seen::cpuSeconds).toList());
            Sample evictions = new Sample(runs.stream().map(Seen::evictions).toList());
            samples.put(name + ", images/s", rate);
            samples.put(name + ", CPU s", cpu);
            rows.add(List.of(name, rate.format("%.0f"), cpu.format("%.0f"), evictions.format("%.0f")));
        });
        report.add(
                String.format(Locale.ROOT, "Models by key, %,d images", IMAGES),
                List.of("", "images/s", "CPU of the trainer, s", "evictions"),
                rows,
                samples);
    }

    private static Seen learn(Path work, String bootstrap, String model, List<String> options)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                "train",
                "--bootstrap-servers=" + bootstrap,
                "--port=0",
                "--model=" + model,
                "--preset=plain",
                "--layers=" + LAYERS,
                "--state-dir=" + work.resolve(model)));
        line.addAll(options);
        try (ProductProcess trainer = ProductProcess.start(work.resolve(model + ".log"), line)) {
            Meters meters = new Meters(trainer.page());
            double half = meters.await(trainer, LEARNED, IMAGES / 2.0);
            long start = System.nanoTime();
            double all = meters.await(trainer, LEARNED, LEAST - 1);
            double seconds = (System.nanoTime() - start) / 1e9;
            trainer.look();
            return new Seen(
                    (all - half) / seconds, trainer.cpuSeconds(), meters.read().sum(EVICTED));
        }
    }
}
