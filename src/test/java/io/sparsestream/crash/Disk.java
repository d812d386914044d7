package io.sparsestream.crash;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system in memory for a node's data, which can be full. It is gone with the namespace that it is mounted in. */
final class Disk {
    private static final int MEGABYTES = 4096; // at most: it takes what is written
    private static final int LEFT = 64 * 1024; // bytes of a full one
    private static final int ATTEMPTS = 10;

    private final Path directory;

    /** Mounts an empty one. */
    Disk(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        Files.createDirectories(directory);
        Network.run("mount -t tmpfs -o size=" + MEGABYTES + "m none " + directory);
    }

    /** Makes it no larger than what is on it. */
    void fill() throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            FileStore store = Files.getFileStore(directory);
            long used = store.getTotalSpace() - store.getUnallocatedSpace();
            try {
                Network.run("mount -o remount,size=" + (used + LEFT) + " " + directory);
                return;
            } catch (IOException e) { // more is on it than a moment ago
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    void free() throws IOException, InterruptedException {
        Network.run("mount -o remount,size=" + MEGABYTES + "m " + directory);
    }
}
