package io.sparsestream.cli.model;

import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.ModelOptions;
import io.sparsestream.model.ModelFile;
import io.sparsestream.model.ModelFormat;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model as a file that others can read. */
@Command(name = "export", description = "Writes the newest published model, or one in a file, to a file.")
public final class ExportCommand implements Callable<Integer> {
    @Mixin
    private ModelOptions source;

    @Option(
            names = "--format",
            paramLabel = "safetensors|npz|onnx",
            description = "Format of the file (default: that of --out, else safetensors).")
    private Optional<ModelFormat> format = Optional.empty();

    @Option(names = "--out", paramLabel = "FILE", description = "File to write (default: <model>.<format>).")
    private Optional<Path> out = Optional.empty();

    @Option(
            names = "--license",
            paramLabel = "TEXT",
            description = "Licence in the file's metadata, that of the data included"
                    + " (default: that of the file it comes from; of a published model: " + ModelFile.UNKNOWN_LICENSE
                    + ").")
    private Optional<String> license = Optional.empty();

    @Override
    public Integer call() throws Exception {
        source.check();
        ModelFormat chosen = out.map(ModelFormat::of).or(() -> format).orElse(ModelFormat.SAFETENSORS);
        if (format.isPresent() && format.get() != chosen) {
            throw new IllegalArgumentException("--out " + out.get() + " does not end in ." + format.get());
        }
        ModelFile found = source.read();
        ModelFile file =
                license.map(given -> new ModelFile(found.model(), given)).orElse(found);
        Path path = out.orElseGet(
                () -> Path.of(ModelName.inFile(file.model().manifest().model()) + "." + chosen));
        file.write(path, chosen);
        System.out.printf(
                Locale.ROOT,
                "model %s at step %,d, layers %s, written to %s%n",
                file.model().manifest().model(),
                file.model().step(),
                file.model().architecture(),
                path);
        return 0;
    }
}
