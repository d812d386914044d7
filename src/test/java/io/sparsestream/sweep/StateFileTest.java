package io.sparsestream.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    @TempDir
    private Path directory;

    /** As long as that of the versions that did not count what the first records lack, so that a sweep of theirs goes on. */
    @Test
    void theFileOfAScaledTrialStaysWhatItWas() throws IOException {
        Learner learner = ScaledLearner.of(new Autoencoder(
                Architecture.of(2, 1, 2),
                Hyperparameters.PLAIN.with(Map.of("scale", "standard")),
                new PortableProduct()));
        Path file = directory.resolve("trial.state");

        StateFile.write(file, learner);

        int parameters = 2 + 1 + 2 + 2 + 2 + 2; // weights, biases, scale
        int averages = 1 + 1; // of all images, and of recent ones
        int inputs = 1 + 2 + 2; // count, mean, variance
        assertThat(Files.size(file)).isEqualTo(8 * 3 + 4 * 3 * parameters + 8 * (averages + inputs));
    }
}
