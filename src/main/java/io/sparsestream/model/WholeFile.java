package io.sparsestream.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files that nobody sees half written. */
final class WholeFile {
    private WholeFile() {}

    /**
     * Writes the file whole, or not at all.
     *
     * @throws IOException saying what cannot be written
     */
    static void write(Path file, byte[] bytes) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.write(part, bytes);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw new IOException(
                    file + ": cannot be written (" + e.getClass().getSimpleName() + ": " + e.getMessage() + ")", e);
        }
    }
}
