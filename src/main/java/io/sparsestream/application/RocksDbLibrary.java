package io.sparsestream.application;

import io.sparsestream.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;

/**
 * RocksDB's native library, of which no file stays. By itself RocksDB unpacks it at each start, 15 MB, into the directory for
 * temporary files, and leaves it there if the process is killed.
 */
final class RocksDbLibrary {
    /** Who sets it has one file in a directory of his own, however often a process is killed. */
    private static final String CHOSEN_DIRECTORY = "ROCKSDB_SHAREDLIB_DIR";

    private RocksDbLibrary() {}

    /** Loads it, unless it is loaded. */
    static void load() {
        if (System.getenv(CHOSEN_DIRECTORY) != null) {
            return; // RocksDB itself looks there
        }
        try {
            Path directory = Files.createTempDirectory("sparsestream-");
            directory.toFile().deleteOnExit(); // for systems that delete no library that is loaded
            NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
            try (Stream<Path> files = Files.list(directory)) {
                files.forEach(file -> file.toFile().delete()); // it stays mapped, without a name
            }
            directory.toFile().delete();
        } catch (IOException | UnsatisfiedLinkError e) { // the latter where nothing there may be executed
            throw new ModelException(
                    "RocksDB's library cannot be unpacked into " + System.getProperty("java.io.tmpdir") + " ("
                            + e.getMessage() + "): free some space there, or choose another directory by"
                            + " -Djava.io.tmpdir",
                    e);
        }
    }
}
