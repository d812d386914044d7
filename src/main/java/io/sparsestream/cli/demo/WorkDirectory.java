package io.sparsestream.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;

/**
 * Where the demo keeps the broker's data and the models.
 *
 * @param isTemporary whether it is deleted when it is closed
 */
record WorkDirectory(Path path, boolean isTemporary) implements AutoCloseable {
    /** @param kept the directory that is to stay; a temporary one without it */
    static WorkDirectory of(Optional<Path> kept) throws IOException {
        return kept.isPresent()
                ? new WorkDirectory(kept.get(), false)
                : new WorkDirectory(Files.createTempDirectory("sparsestream-"), true);
    }

    @Override
    public void close() throws IOException {
        if (isTemporary) {
            Utils.delete(path.toFile());
        }
    }
}
