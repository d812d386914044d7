package io.sparsestream.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.replay.Replay;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RocksDbLibraryIT extends OnRealBroker {
    /** It took 15 MB each time. */
    @Test
    void aTrainerThatIsKilledLeavesNoLibraryOfRocksDb() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        TopicSetup.createImages(kafka, Topics.IMAGES);
        try (Replay replay = new Replay(kafka, Topics.IMAGES, Dataset.read(Path.of("data/mnist"), Split.TEST), 1)) {
            replay.run(0, BATCH, 0, position -> true);
        }
        SparsestreamProcess trainer = SparsestreamProcess.start(
                directory.resolve("trainer.log"),
                Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary),
                List.of(
                        "train",
                        "--bootstrap-servers=" + broker.bootstrapServers(),
                        "--model=" + TOPICS.model(),
                        "--state-dir=" + directory.resolve("state"),
                        "--port=0"));
        try {
            await(TOPICS.reconstructions(), BATCH);
        } finally {
            trainer.kill();
        }

        // Kafka's lz4 leaves its own, which is small and cannot be told otherwise.
        assertThat(temporary).isDirectoryNotContaining("regex:.*(rocksdb|sparsestream).*");
    }
}
