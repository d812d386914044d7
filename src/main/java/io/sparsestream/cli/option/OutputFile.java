package io.sparsestream.cli.option;

import io.sparsestream.cli.terminal.CommandException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command writes at its end. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * Asks before the work is begun, so that its results are not lost in the end.
     *
     * @param option that names the file
     * @throws CommandException unless it can be written, as far as can be told
     */
    public static void check(String option, Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw new CommandException(option + " " + file + " is a directory: name a file");
        }
        if (!Files.isDirectory(parent)) {
            throw new CommandException(option + " " + file + ": its directory does not exist");
        }
        if (!Files.isWritable(Files.exists(file) ? file : parent)) {
            throw new CommandException(option + " " + file + ": there is no right to write it");
        }
    }
}
