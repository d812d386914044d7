package io.sparsestream.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.DriftDetector;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LossByLabel;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.nd4j.OpenBlas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of real digits that change, as a real model meets them. */
class DriftTest {
    private static final int BATCH = Hyperparameters.SPARSE.batch();
    private static final Dataset DIGITS = digits();

    private final LossByLabel byLabel = new LossByLabel();
    private final List<Double> errorsOfSeven = new ArrayList<>();

    private static Dataset digits() {
        try {
            return Dataset.read(Path.of("data/mnist"), Split.TRAIN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Long> drifts(Change change, int steps) {
        return drifts(Hyperparameters.SPARSE, change, steps);
    }

    /** The steps at which drift was found. */
    private List<Long> drifts(Hyperparameters hyperparameters, Change change, int steps) {
        ImageStream stream = new ImageStream(DIGITS, 1, change);
        Learner learner = new Autoencoder(Architecture.DEFAULT, hyperparameters, new OpenBlas());
        DriftDetector detector = new DriftDetector();
        List<Long> drifts = new ArrayList<>();
        MiniBatch batch = learner.newBatch();
        for (long position = 0; position < (long) steps * hyperparameters.batch(); position++) {
            ImageStream.Image image = stream.at(position);
            batch.add(image.greys(), Integer.toString(image.dataset().label(image.index())));
            if (batch.isFull()) {
                StepResult result = learner.train(batch);
                byLabel.add(result);
                errorsOfSeven.add(byLabel.toMap().get("7"));
                if (detector.isDrift(result.losses().mse())) {
                    drifts.add(result.step());
                }
                batch.clear();
            }
        }
        return drifts;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void learningBySmallBatchesIsNoDrift(int batch) {
        assertThat(drifts(Hyperparameters.SPARSE.with(Map.of("batch", "" + batch)), Change.NONE, 1500))
                .isEmpty();
    }

    @Test
    void learningIsNoDriftAndNoiseIs() {
        List<Long> drifts = drifts(new Change(1000 * BATCH, null, null, 0.2, 1), 1050);
        assertThat(drifts).isNotEmpty();
        assertThat(drifts.get(0)).isBetween(1000L, 1030L);
    }

    @Test
    void aDigitThatComesAnewHasALargerErrorThanWhenItIsKnown() {
        drifts(new Change(600 * BATCH, 7, null, 0, 1), 900);
        assertThat(errorsOfSeven.subList(0, 600)).containsOnlyNulls();
        double atFirst = errorsOfSeven.get(605);
        double known = errorsOfSeven.get(errorsOfSeven.size() - 1);
        assertThat(atFirst).isGreaterThan(1.3 * known);
    }
}
