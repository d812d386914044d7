package io.sparsestream.cli.demo;

import io.sparsestream.compare.TestReport;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.message.Json;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.web.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The demo's result as JSON: a contract with whoever reads it. */
record Summary(Map<String, Model> models) {
    /**
     * @param steps of the model, those of earlier runs on the same directory included
     * @param reconstructions committed in this run, as a downstream consumer counted them
     * @param seconds from the first to the last step of this run
     * @param weightsCrc32c over all parameters in order: equal weights, equal number
     */
    record Model(
            long steps,
            long images,
            long reconstructions,
            long deadLetters,
            double seconds,
            double stepsPerSecond,
            List<Loss> history,
            Test test,
            long weightsCrc32c) {

        /** The same for people who look at the live page. */
        List<Figure> figures() {
            List<Figure> figures = new ArrayList<>();
            figures.add(new Figure("test loss", String.format(Locale.ROOT, "%.6f", test.loss())));
            figures.add(new Figure("test MSE", String.format(Locale.ROOT, "%.6f", test.mse())));
            test.meanActivation()
                    .forEach((layer, mean) ->
                            figures.add(new Figure("mean of " + layer, String.format(Locale.ROOT, "%.4f", mean))));
            figures.add(new Figure("steps", String.format(Locale.ROOT, "%,d", steps)));
            figures.add(new Figure("reconstructions", String.format(Locale.ROOT, "%,d", reconstructions)));
            figures.add(new Figure("dead letters", String.format(Locale.ROOT, "%,d", deadLetters)));
            figures.add(
                    new Figure("time", String.format(Locale.ROOT, "%,.0f s, %.0f steps/s", seconds, stepsPerSecond)));
            return figures;
        }
    }

    /** Prequential total loss of one step. */
    record Loss(long step, double loss) {}

    /** On the test split. */
    record Test(double loss, double mse, Map<String, Double> meanActivation, Map<String, TestReport.Layer> layers) {}

    static Model of(
            DemoModel run, long reconstructions, Evaluation evaluation, TestReport test, PublishedModel published) {
        List<Loss> history = run.history().entrySet().stream()
                .map(entry -> new Loss(entry.getKey(), entry.getValue()))
                .toList();
        return new Model(
                published.step(),
                published.manifest().images(),
                reconstructions,
                run.deadLetters(),
                run.seconds(),
                run.stepsPerSecond(),
                history,
                new Test(
                        evaluation.losses().total(),
                        evaluation.losses().mse(),
                        new LinkedHashMap<>(evaluation.meanActivation()),
                        test.layers()),
                published.crc32c());
    }

    void write(Path file) throws IOException {
        Files.write(file, Json.pretty(this));
    }
}
