package io.sparsestream.cli.option;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A file or directory as an option names it. */
public final class PathOption implements ITypeConverter<Path> {
    @Override
    public Path convert(String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("the path has characters that the locale's encoding, "
                    + System.getProperty("sun.jnu.encoding") + ", does not know: set LC_ALL=C.UTF-8, or name another");
        }
    }
}
