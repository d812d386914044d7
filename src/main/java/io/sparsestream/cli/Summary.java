package io.sparsestream.cli;

import io.sparsestream.learn.Evaluation;
import io.sparsestream.message.Json;
import io.sparsestream.message.PublishedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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
            long weightsCrc32c) {}

    /** Prequential total loss of one step. */
    record Loss(long step, double loss) {}

    /** On the test split. */
    record Test(double loss, double mse, Map<String, Double> meanActivation) {}

    static Model of(DemoModel run, long reconstructions, Evaluation evaluation, PublishedModel published) {
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
                        new LinkedHashMap<>(evaluation.meanActivation())),
                published.crc32c());
    }

    void write(Path file) throws IOException {
        Files.write(file, Json.pretty(this));
    }
}
