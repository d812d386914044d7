package io.sparsestream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Anomalies;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Losses;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.StepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ModelWatchTest {
    private static final Hyperparameters SPARSE = Hyperparameters.SPARSE;
    private static final int LONG = 1000; // more steps than the search for drift needs to begin

    private final Logger logger = (Logger) LogManager.getLogger(ModelWatch.class);
    private final List<String> lines = new ArrayList<>();
    private final AbstractAppender appender = new AbstractAppender("test", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
            lines.add(event.getMessage().getFormattedMessage());
        }
    };
    private final ModelWatch watch = new ModelWatch("digits");
    private long step;

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stopListening() {
        logger.removeAppender(appender);
    }

    @Nested
    class Drift {
        @Test
        void anErrorThatRisesWithoutAChangeIsDrift() {
            assertThat(drifts(LONG, 0.02, SPARSE)).isZero();
            assertThat(drifts(LONG, 0.04, SPARSE)).isEqualTo(1);
            assertThat(lines)
                    .singleElement()
                    .asString()
                    .matches(
                            "model digits: the reconstruction error has risen by step 100\\d: has the stream changed\\?");
        }

        @Test
        void otherHyperparametersAreNoDriftButWhatComesAfterThemIs() {
            Hyperparameters changed = SPARSE.with(Map.of("beta", "1e-2"));
            assertThat(drifts(LONG, 0.02, SPARSE) + drifts(LONG, 0.06, changed)).isZero();
            assertThat(drifts(LONG, 0.12, changed)).isEqualTo(1);
        }

        @Test
        void aRollbackAResetAndARestartAreNoDrift() {
            assertThat(drifts(LONG, 0.02, SPARSE)).isZero();
            step = 100; // rolled back
            assertThat(drifts(LONG, 0.06, SPARSE)).isZero();
            step = 0; // reset
            assertThat(drifts(LONG, 0.24, SPARSE)).isZero();
            watch.restart();
            assertThat(drifts(LONG, 0.5, SPARSE)).isZero();
        }

        private int drifts(int steps, double mse, Hyperparameters hyperparameters) {
            MiniBatch batch = new MiniBatch(1, 1);
            ForwardPass forward = new ForwardPass(
                    1,
                    new float[1],
                    new double[] {mse},
                    new float[0][],
                    new double[0][],
                    new float[] {1},
                    Anomalies.unknown(1));
            int drifts = 0;
            for (int i = 0; i < steps; i++) {
                StepResult result = new StepResult(step++, batch, new Losses(mse, 0, 0), forward);
                drifts += watch.isDrift(result, hyperparameters) ? 1 : 0;
            }
            return drifts;
        }
    }

    @Nested
    class StuckLayers {
        @Test
        void aStuckLayerIsToldOnceAndAgainWhenItHadRecovered() {
            for (double off : new double[] {0, 0.3, 0.45, 0.5, 0.3, 0.5, 0.1, 0, 0.4, 0.6}) {
                watch.lookForStuckLayers(new LearnerSnapshot(
                        step++,
                        SPARSE,
                        Map.of("h_e_1", new LearnerSnapshot.Layer(0, 0, off, off / 1.2, new double[1])),
                        Map.of()));
            }
            assertThat(lines).hasSize(2);
            assertThat(lines.get(0))
                    .startsWith(
                            "model digits: 50 % of the units of h_e_1 are off and 42 % saturated by step 3: they answer");
            assertThat(lines.get(1)).contains("by step 9");
        }

        @Test
        void aLearningRateThatSaturatesEverythingIsToldAndAUsualOneNot() {
            assertThat(train("0.01")).isEmpty();
            assertThat(train("100")).isNotEmpty().allMatch(line -> line.contains("answer to all images alike"));
        }

        /** What is told while a small model learns from noise. */
        private List<String> train(String learningRate) {
            lines.clear();
            Hyperparameters chosen = Hyperparameters.PLAIN.with(
                    Map.of("batch", "5", "averaging-window", "500", "learning-rate", learningRate));
            Autoencoder learner = new Autoencoder(Architecture.of(12, 9, 4, 9, 12), chosen, new PortableProduct());
            Random random = new Random(1);
            byte[] image = new byte[12];
            for (int i = 0; i < 2000; i++) {
                MiniBatch batch = learner.newBatch();
                while (!batch.isFull()) {
                    random.nextBytes(image);
                    batch.add(image);
                }
                learner.train(batch);
                if (i % 50 == 0) {
                    watch.lookForStuckLayers(LearnerSnapshot.of(i, learner));
                }
            }
            return List.copyOf(lines);
        }
    }
}
