package io.sparsestream.model;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** The formats of model files; the name of a file ends in its format's. */
public enum ModelFormat {
    /** Tensors alone, with text as metadata; what most model hubs take. */
    SAFETENSORS,
    /** NumPy's: {@code numpy.load} returns the arrays by name. */
    NPZ,
    /** Graph and tensors: runs as it is in ONNX Runtime. */
    ONNX;

    /** @throws IllegalArgumentException if the file's name ends in none of them */
    public static ModelFormat of(Path file) {
        String name = file.getFileName().toString();
        return Arrays.stream(values())
                .filter(format -> name.endsWith("." + format))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the name of a model file ends in .safetensors, .npz or .onnx, not " + name));
    }

    /** The name on the command line, and the ending of a file's. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
