package io.sparsestream.cli.model;

import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.ModelOptions;
import io.sparsestream.message.Unit;
import io.sparsestream.model.DictionaryFormat;
import io.sparsestream.model.ModelFile;
import io.sparsestream.model.ModelFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model as a file that others can read. */
@Command(name = "export", description = "Writes the newest published model, or one in a file, to a file.")
public final class ExportCommand implements Callable<Integer> {
    /** Formats of files, and of directories. */
    private enum Format {
        SAFETENSORS(ModelFormat.SAFETENSORS),
        NPZ(ModelFormat.NPZ),
        ONNX(ModelFormat.ONNX),
        SAELENS(DictionaryFormat.SAELENS),
        SPARSIFY(DictionaryFormat.SPARSIFY);

        private final Optional<ModelFormat> ofFile; // empty for a directory

        @SuppressWarnings("ImmutableEnumChecker") // a method of a constant
        private final Writer writer;

        Format(ModelFormat file) {
            ofFile = Optional.of(file);
            writer = (model, path, units) -> model.write(path, file);
        }

        Format(DictionaryFormat directory) {
            ofFile = Optional.empty();
            writer = (model, path, units) -> directory.write(model, path, density(model, units.get()));
        }

        static Format of(Path file) {
            return valueOf(ModelFormat.of(file).name());
        }

        boolean fits(Path out) {
            return ofFile.isEmpty() || ofFile.get() == ModelFormat.of(out);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @FunctionalInterface
    private interface Writer {
        /** @param units what is published of them, read where the format has a place for it */
        void write(ModelFile model, Path path, Supplier<List<Unit>> units) throws IOException;
    }

    /** That of every unit of a dictionary's only hidden layer; empty unless it is known of all. */
    private static Optional<double[]> density(ModelFile model, List<Unit> units) {
        List<Double> known =
                units.stream().map(Unit::density).filter(Objects::nonNull).toList();
        return known.size() == model.model().architecture().hiddenUnits(0)
                ? Optional.of(known.stream().mapToDouble(Double::doubleValue).toArray())
                : Optional.empty();
    }

    @Mixin
    private ModelOptions source;

    @Option(
            names = "--format",
            paramLabel = "safetensors|npz|onnx|saelens|sparsify",
            description = "Format of the file (default: that of --out, else safetensors). saelens and sparsify are"
                    + " directories, for dictionaries only: three layers, linear output, no sigmoid units.")
    private Optional<Format> format = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "FILE|DIR",
            description = "File or directory to write (default: <model>.<format>).")
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
        Format chosen = format.or(() -> out.map(Format::of)).orElse(Format.SAFETENSORS);
        if (out.isPresent() && !chosen.fits(out.get())) {
            throw new IllegalArgumentException("--out " + out.get() + " does not end in ." + chosen);
        }
        ModelFile found = source.read();
        ModelFile file = license.map(found::withLicense).orElse(found);
        Path path = out.orElseGet(
                () -> Path.of(ModelName.inFile(file.model().manifest().model()) + "." + chosen));
        chosen.writer.write(file, path, source::units);
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
