package io.sparsestream.cli.model;

import io.sparsestream.cli.option.DataOptions;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.ModelOptions;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.compare.ProbeReport;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.message.Json;
import io.sparsestream.message.PublishedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a linear reader finds in each layer of a model. */
@Command(
        name = "probe",
        description = "Measures how well the labels can be read from each layer of a model: the test error of logistic"
                + " regression on its activations, and on its best units alone.")
public final class ProbeCommand implements Callable<Integer> {
    @Mixin
    private ModelOptions source;

    @Mixin
    private EngineOption engine;

    @Mixin
    private DataOptions data;

    @Option(names = "--out", paramLabel = "FILE", description = "JSON file to write as well (default: none).")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws Exception {
        source.check();
        Dataset training = data.readForProbe(Split.TRAIN);
        Dataset test = data.readForProbe(Split.TEST);
        PublishedModel published = source.read().model();
        String model = published.manifest().model();
        DataOptions.checkFits(training, model, published);
        DataOptions.checkFits(test, model, published);
        ProbeReport report = ProbeReport.of(
                model,
                published.step(),
                published.learner(engine.newProduct()),
                training,
                test,
                () -> engine.newProduct());
        System.out.print(Terminal.out().text(report.table()));
        System.out.printf(
                Locale.ROOT,
                "model %s at step %,d; learned from %,d images of %s/train, error on %,d of %s/test%n",
                model,
                published.step(),
                training.size(),
                training.name(),
                test.size(),
                test.name());
        if (out.isPresent()) {
            Files.write(out.get(), Json.pretty(report));
            System.out.println("written to " + out.get());
        }
        return 0;
    }
}
