package io.sparsestream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LearningState;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.model.ModelFile;
import io.sparsestream.model.ModelFormat;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparseAutoencoderTest {
    private static final int VECTORS = 1_000;

    @TempDir
    private Path directory;

    /** The learner that the pipeline uses, by itself. */
    private static Learner learner() {
        return ScaledLearner.of(
                new Autoencoder(Architecture.of(4, 12, 4), Hyperparameters.VECTORS, new PortableProduct()));
    }

    private static StepResult step(Learner learner, float[][] vectors, int from) {
        MiniBatch batch = learner.newBatch();
        for (int i = from; !batch.isFull(); i++) {
            batch.add(vectors[i], 0, MiniBatch.UNLABELLED);
        }
        return learner.train(batch);
    }

    private static void assertSame(LearningState one, LearningState other) {
        assertThat(one.step()).isEqualTo(other.step());
        assertThat(one.images()).isEqualTo(other.images());
        assertThat(one.values().keySet()).isEqualTo(other.values().keySet());
        one.values()
                .forEach((name, value) ->
                        assertThat(value).as(name).isEqualTo(other.values().get(name)));
        assertThat(one.averages().keySet()).isEqualTo(other.averages().keySet());
        one.averages()
                .forEach((name, value) ->
                        assertThat(value).as(name).isEqualTo(other.averages().get(name)));
    }

    @Test
    void learnsTheBitsOfTheAutoencoderHoweverCallsAreDivided() {
        float[][] vectors = Readings.of(VECTORS);
        Learner direct = learner();
        double loss = 0;
        for (int i = 0; i < VECTORS; i += Readings.BATCH) {
            loss += step(direct, vectors, i).losses().total();
        }
        SparseAutoencoder model = SparseAutoencoder.of(Readings.SETTINGS);
        int steps = 0;
        double found = 0;
        for (int from = 0, size = 1; from < VECTORS; from += size, size = size % 21 + 1) {
            Training training = model.train(Arrays.copyOfRange(vectors, from, Math.min(VECTORS, from + size)));
            steps += training.steps();
            found += training.steps() == 0 ? 0 : training.loss() * training.steps();
        }
        assertThat(steps).isEqualTo(VECTORS / Readings.BATCH);
        assertThat(model.steps()).isEqualTo(steps);
        assertThat(found).isCloseTo(loss, within(1e-9 * loss));
        assertSame(model.learner().state(), direct.state());
    }

    @Test
    void aScoreIsThatOfTheWeightsBeforeTheVectorIsLearnedFrom() {
        float[][] vectors = Readings.of(VECTORS);
        Learner direct = learner();
        SparseAutoencoder model = SparseAutoencoder.of(Readings.SETTINGS);
        int known = 0;
        for (int i = 0; i < VECTORS; i += Readings.BATCH) {
            float[][] some = Arrays.copyOfRange(vectors, i, i + Readings.BATCH);
            List<Score> scores = model.score(some);
            float[][] reconstructions = model.reconstruct(some);
            model.train(some);
            StepResult expected = step(direct, vectors, i);
            for (int j = 0; j < Readings.BATCH; j++) {
                Score score = scores.get(j);
                assertThat(score.mse()).isEqualTo(expected.forward().mse()[j]);
                assertThat(score.anomaly())
                        .isEqualTo(Double.valueOf(expected.forward().anomalies().deviation()[j]));
                assertThat(score.rank())
                        .isEqualTo(Double.valueOf(expected.forward().anomalies().rank()[j]));
                assertThat(score.reconstruction())
                        .isEqualTo(Arrays.copyOfRange(expected.forward().reconstructions(), 4 * j, 4 * j + 4))
                        .isEqualTo(reconstructions[j]);
                known += Double.isNaN(score.rank()) ? 0 : 1;
            }
        }
        assertThat(known).isBetween(VECTORS - 120, VECTORS - 100);
        assertSame(model.learner().state(), direct.state()); // scoring changes nothing
    }

    @Test
    void anOddVectorHasTheHighestRank() {
        float[][] vectors = Readings.of(20_000);
        SparseAutoencoder model = SparseAutoencoder.of(Readings.SETTINGS);
        Training first = model.train(Arrays.copyOf(vectors, VECTORS));
        Training last = model.train(Arrays.copyOfRange(vectors, VECTORS, vectors.length));
        assertThat(last.mse()).isLessThan(0.7 * first.mse());
        float[] odd = vectors[0].clone();
        odd[2] += 0.3f;
        Score usual = model.score(vectors[0]);
        assertThat(usual.rank()).isBetween(0.0, 0.99);
        assertThat(model.score(odd).rank()).isGreaterThan(0.99);
        assertThat(model.score(odd).anomaly()).isGreaterThan(3);
        for (int j = 0; j < 4; j++) { // in their own units
            assertThat(usual.reconstruction()[j]).isCloseTo(vectors[0][j], within(0.3f * vectors[0][j]));
        }
    }

    @Test
    void aCodeIsTheInnermostLayers() {
        SparseAutoencoder model =
                SparseAutoencoder.of(Readings.SETTINGS.layers(4, 6, 3, 6, 4).with("activation", "relu/topk:2"));
        float[][] vectors = Readings.of(VECTORS);
        model.train(vectors);
        for (float[] code : model.encode(Arrays.copyOf(vectors, 20))) {
            assertThat(code).hasSize(3);
            int active = 0;
            for (float unit : code) {
                active += unit > 0 ? 1 : 0;
            }
            assertThat(active).isLessThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vectors,     4-12-4,    safetensors",
        "vectors,     4-12-4,    npz",
        "dictionary,  4-40-4,    safetensors",
        "selective,   4-40-10-40-4, npz",
        "sparse,      4-5-2-5-4, npz"
    })
    void aLoadedModelGoesOnBitForBit(String preset, String layers, String format) throws IOException {
        SparseAutoencoder model = SparseAutoencoder.of(AutoencoderSettings.preset(preset)
                .layers(Arrays.stream(layers.split("-"))
                        .mapToInt(Integer::parseInt)
                        .toArray())
                .scale(preset.equals("vectors") ? "standard" : "minmax")
                .with("batch", 8)
                .engine(Engine.PORTABLE));
        float[][] vectors = Readings.of(VECTORS);
        model.train(Arrays.copyOf(vectors, 800));
        Path file = directory.resolve("pump.unit-3." + format);
        model.save(file);
        SparseAutoencoder loaded = SparseAutoencoder.load(file, Engine.PORTABLE);
        assertSame(loaded.learner().state(), model.learner().state());
        float[][] others = Arrays.copyOfRange(vectors, 800, VECTORS);
        for (float[] vector : others) {
            assertThat(loaded.score(vector)).usingRecursiveComparison().isEqualTo(model.score(vector));
        }
        model.train(others);
        loaded.train(others);
        assertSame(loaded.learner().state(), model.learner().state());
        assertThat(ModelFile.read(file).model().manifest().model()).isEqualTo("pump.unit-3");
    }

    /** As save writes ONNX, and export a model that learned from several partitions. */
    @Test
    void ofAFileWithTheParametersAloneErrorsAreNotKnown() throws IOException {
        SparseAutoencoder model = SparseAutoencoder.of(Readings.SETTINGS);
        float[][] vectors = Readings.of(VECTORS);
        model.train(vectors);
        model.save(directory.resolve("pump.onnx"));
        model.save(directory.resolve("pump.npz"));
        new ModelFile(ModelFile.read(directory.resolve("pump.npz")).model(), "none")
                .write(directory.resolve("exported.npz"), ModelFormat.NPZ);
        for (String name : List.of("pump.onnx", "exported.npz")) {
            SparseAutoencoder loaded = SparseAutoencoder.load(directory.resolve(name), Engine.PORTABLE);
            assertThat(loaded.steps()).isZero();
            assertThat(loaded.score(vectors[0]).mse())
                    .isEqualTo(model.score(vectors[0]).mse());
            assertThat(loaded.score(vectors[0]).rank()).isNaN();
            assertThat(loaded.reconstruct(vectors)).isDeepEqualTo(model.reconstruct(vectors));
        }
    }

    @Test
    void aDamagedFileIsRefused() throws IOException {
        SparseAutoencoder model = SparseAutoencoder.of(Readings.SETTINGS);
        model.train(Readings.of(VECTORS));
        Path file = directory.resolve("pump.safetensors");
        model.save(file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1; // in the last moment
        Files.write(file, bytes);
        assertThatThrownBy(() -> SparseAutoencoder.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the moments do not match their checksum: save the model again");
    }

    /** As in a program that has the library alone. */
    @Test
    void anOnnxFileSaysWhatItNeedsWhereNd4jIsMissing() throws Exception {
        SparseAutoencoder model = SparseAutoencoder.of(Readings.SETTINGS);
        Path npz = directory.resolve("pump.npz");
        Path onnx = directory.resolve("pump.onnx");
        model.save(npz);
        model.save(onnx);
        List<URL> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("nd4j") && !entry.contains("bytedeco")) {
                classPath.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader loader =
                new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> library = loader.loadClass(SparseAutoencoder.class.getName());
            Method load = library.getMethod("load", Path.class);
            Method save = library.getMethod("save", Path.class);
            String needs = " needs org.nd4j:nd4j-native-platform on the class path: add it, or choose another format";
            assertThatThrownBy(() -> load.invoke(null, onnx))
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessage("reading " + onnx + needs);
            Object loaded = load.invoke(null, npz);
            assertThatThrownBy(() -> save.invoke(loaded, onnx))
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessage("writing " + onnx + needs);
        }
    }

    @Test
    void weightsThatAreNotFiniteAreNotSaved() {
        SparseAutoencoder model = SparseAutoencoder.of(Readings.SETTINGS);
        model.learner().state().parameter("w_e_1")[0] = Float.NaN;
        Path file = directory.resolve("pump.npz");
        assertThatThrownBy(() -> model.save(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": cannot be written, since learning has diverged and not all weights are finite:"
                        + " begin a new model with a lower learning-rate");
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5})
    void whatIsNoVectorIsRefusedBeforeAnyIsLearnedFrom(int numbers) {
        SparseAutoencoder model = SparseAutoencoder.of(Readings.SETTINGS);
        float[][] vectors = Readings.of(20);
        vectors[19] = new float[numbers];
        assertThatThrownBy(() -> model.train(vectors))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vector 19 must be of 4 finite numbers, but is of " + numbers + " numbers");
        vectors[19] = null;
        assertThatThrownBy(() -> model.train(vectors)).hasMessageEndingWith("but is null");
        vectors[19] = new float[] {1, 2, Float.NaN, 4};
        assertThatThrownBy(() -> model.train(vectors)).hasMessageEndingWith("but is not finite everywhere");
        assertThatThrownBy(() -> model.encode(vectors)).hasMessageStartingWith("vector 19 must be");
        assertThat(model.steps()).isZero();
        assertThat(model.waiting()).isZero();
    }

    @Test
    void learningThatDivergesLeavesTheWeightsAsTheyWere() {
        SparseAutoencoder model = SparseAutoencoder.of(Readings.SETTINGS.scale("none"));
        float[][] vectors = Readings.of(100);
        model.train(vectors);
        float[] before = model.learner().state().parameter("w_e_1").clone();
        float[] huge = {1e30f, 1e30f, 1e30f, 1e30f};
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> model.train(huge, huge, huge, huge, huge, huge, huge, huge))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("diverged at step 12");
        }
        assertThat(model.learner().state().parameter("w_e_1")).isEqualTo(before);
    }

    @Test
    void settingsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> AutoencoderSettings.preset("vector"))
                .hasMessage("unknown preset 'vector': did you mean vectors?");
        assertThatThrownBy(() -> Readings.SETTINGS.with("learning-rat", 1))
                .hasMessage("unknown hyperparameter 'learning-rat': did you mean learning-rate?");
        assertThatThrownBy(() -> Readings.SETTINGS.layers(4, 2)).isInstanceOf(IllegalArgumentException.class);
        AutoencoderSettings tooMany = Readings.SETTINGS.with("activation", "topk:13");
        assertThatThrownBy(() -> SparseAutoencoder.of(tooMany)).hasMessageContaining("of at most its 12 units");
    }
}
