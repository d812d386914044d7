package io.sparsestream.cli.model;

import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.ModelOptions;
import io.sparsestream.model.DictionaryFormat;
import io.sparsestream.model.ModelFile;
import io.sparsestream.model.ModelFormat;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model as a file that others can read. */
@Command(name = "export", description = "Writes the newest published model, or one in a file, to a file.")
public final class ExportCommand implements Callable<Integer> {
    /** Those of files, and those of directories. */
    private enum Format {
        SAFETENSORS,
        NPZ,
        ONNX,
        SAELENS,
        SPARSIFY;

        boolean isDirectory() {
            return this == SAELENS || this == SPARSIFY;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin
    private ModelOptions source;

    @Option(
            names = "--format",
            paramLabel = "safetensors|npz|onnx|saelens|sparsify",
            description = "Format of the file (default: what --out ends in, else safetensors); saelens and sparsify are"
                    + " directories, and only for dictionaries: three layers, linear output, no sigmoid units.")
    private Format format;

    @Option(names = "--out", paramLabel = "FILE|DIR", description = "Where to (default: <model>.<format>).")
    private Path out;

    @Option(
            names = "--license",
            description = "Licence in the file's metadata, that of the data included"
                    + " (default: that of the file it comes from; of a published model: " + ModelFile.UNKNOWN_LICENSE
                    + ").")
    private String license;

    @Override
    public Integer call() throws Exception {
        source.check();
        Format chosen = format != null ? format : out == null ? Format.SAFETENSORS : ofFile(out);
        if (out != null && !chosen.isDirectory() && chosen != ofFile(out)) {
            throw new IllegalArgumentException("--out " + out + " does not end in ." + format);
        }
        ModelFile found = source.read();
        ModelFile file = license == null ? found : new ModelFile(found.model(), license);
        Path path =
                out == null ? Path.of(ModelName.inFile(file.model().manifest().model()) + "." + chosen) : out;
        if (chosen.isDirectory()) {
            DictionaryFormat.valueOf(chosen.name()).write(file, path);
        } else {
            file.write(path, ModelFormat.valueOf(chosen.name()));
        }
        System.out.printf(
                Locale.ROOT,
                "model %s at step %,d, layers %s, written to %s%n",
                file.model().manifest().model(),
                file.model().step(),
                file.model().architecture(),
                path);
        return 0;
    }

    private static Format ofFile(Path file) {
        return Format.valueOf(ModelFormat.of(file).name());
    }
}
