package io.sparsestream.cli.model;

import io.sparsestream.cli.option.DataOptions;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.ModelOptions;
import io.sparsestream.cli.option.OutputFile;
import io.sparsestream.cli.option.TopicRecords;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.compare.ProbeReport;
import io.sparsestream.compare.TestSet;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.message.Json;
import io.sparsestream.message.PublishedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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

    @Mixin
    private TopicRecords records;

    @Option(names = "--out", paramLabel = "FILE", description = "JSON file to write as well (default: none).")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws Exception {
        source.check(records.isGiven());
        records.check();
        out.ifPresent(file -> OutputFile.check("--out", file));
        ProbeReport report = records.isGiven() ? ofTopic() : ofImages();
        System.out.print(Terminal.out().text(report.table()));
        System.out.printf(
                Locale.ROOT,
                records.isGiven()
                        ? "model %s at step %,d; learned from %,d of the newest labelled records of topic %s,"
                                + " error on the %,d behind them%n"
                        : "model %s at step %,d; learned from %,d images of %s/train, error on %,d of %4$s/test%n",
                report.model(),
                report.step(),
                report.trainingImages(),
                report.dataset(),
                report.testImages());
        if (out.isPresent()) {
            Files.write(out.get(), Json.pretty(report));
            System.out.println("written to " + out.get());
        }
        return 0;
    }

    private ProbeReport ofImages() throws IOException, InterruptedException {
        Dataset training = data.readForProbe(Split.TRAIN);
        Dataset test = data.readForProbe(Split.TEST);
        PublishedModel published = source.read().model();
        String model = published.manifest().model();
        DataOptions.checkFits(training, model, published);
        DataOptions.checkFits(test, model, published);
        return report(published, training.name(), TestSet.of(training), TestSet.of(test));
    }

    private ProbeReport ofTopic() throws IOException, InterruptedException {
        PublishedModel published = source.read().model();
        ProbeSets sets = ProbeSets.of(records.read(source.connect(), published));
        return report(published, records.topic(), sets.training(), sets.test());
    }

    private ProbeReport report(PublishedModel published, String dataset, TestSet training, TestSet test) {
        Supplier<MatrixProduct> products = engine.load();
        return ProbeReport.of(
                published.manifest().model(),
                published.step(),
                published.inference(products.get()),
                dataset,
                training,
                test,
                products);
    }
}
