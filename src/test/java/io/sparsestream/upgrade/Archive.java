package io.sparsestream.upgrade;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A directory in one file. */
final class Archive {
    private Archive() {}

    /** @param kept which files, by their path in the directory */
    static void write(Path directory, Path zip, Predicate<Path> kept) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(directory)) {
            files = found.filter(Files::isRegularFile)
                    .map(directory::relativize)
                    .filter(kept)
                    .sorted()
                    .toList();
        }
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream zipped = new ZipOutputStream(out)) {
            zipped.setLevel(Deflater.BEST_COMPRESSION);
            for (Path file : files) {
                zipped.putNextEntry(new ZipEntry(file.toString()));
                Files.copy(directory.resolve(file), zipped);
                zipped.closeEntry();
            }
        }
    }

    /** Into a directory that is there. */
    static void read(Path zip, Path directory) throws IOException {
        try (InputStream in = Files.newInputStream(zip);
                ZipInputStream zipped = new ZipInputStream(in)) {
            for (ZipEntry entry = zipped.getNextEntry(); entry != null; entry = zipped.getNextEntry()) {
                Path file = directory.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zipped, file);
            }
        }
    }
}
