package io.sparsestream.trainer;

import io.sparsestream.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The name by which the consumer group knows this instance again after a restart, so that the group need not wait for
 * the session of a killed predecessor to expire. It lies beside the state that it belongs to.
 */
final class InstanceId {
    private InstanceId() {}

    /**
     * Reads it, or makes one on first use.
     *
     * @throws ModelException if the state directory cannot be used
     */
    static String of(Path stateDirectory, String applicationId) {
        Path file = stateDirectory.resolve(applicationId + ".instance");
        try {
            Files.createDirectories(stateDirectory);
            if (Files.notExists(file) || Files.size(file) == 0) {
                Files.writeString(file, UUID.randomUUID().toString());
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new ModelException(
                    "state directory " + stateDirectory + " cannot be used ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "): make room or choose another with --state-dir",
                    e);
        }
    }
}
