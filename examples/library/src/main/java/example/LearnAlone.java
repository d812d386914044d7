package example;

import io.sparsestream.api.AutoencoderSettings;
import io.sparsestream.api.Score;
import io.sparsestream.api.SparseAutoencoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The learner without Kafka: scores and learns reading by reading, then saves the model. */
public final class LearnAlone {
    private LearnAlone() {}

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]); // such as pump.safetensors
        List<Reading> readings = Reading.some(50_000);

        SparseAutoencoder model = SparseAutoencoder.of(AutoencoderSettings.preset("vectors").inputs(4));
        Found found = new Found();
        for (Reading reading : readings) {
            Score score = model.score(reading.numbers()); // first, so that it is honest
            model.train(reading.numbers());
            found.add(reading.isWorn(), score.rank() > Found.UNUSUAL);
        }
        System.out.printf(Locale.ROOT, "%,d readings, %,d steps%n", found.readings(), model.steps());
        found.report();

        model.save(file);
        SparseAutoencoder loaded = SparseAutoencoder.load(file);
        float[] odd = {55, 2.5f, 0.35f, 50};
        Score score = loaded.score(odd);
        System.out.printf(
                Locale.ROOT,
                "vibration %.2f at half load: expected %.2f, rank %.4f%n",
                odd[2], score.reconstruction()[2], score.rank());
        if (score.rank() != model.score(odd).rank()) {
            throw new IllegalStateException("the loaded model is another one");
        }
    }
}
