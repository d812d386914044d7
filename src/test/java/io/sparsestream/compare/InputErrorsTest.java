package io.sparsestream.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.message.Dtype;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InputErrorsTest {
    private static final int RECORDS = 100;

    private final Random random = new Random(2);
    private final Learner learner =
            ScaledLearner.of(new Autoencoder(Architecture.of(3, 1, 3), Hyperparameters.VECTORS, new PortableProduct()));
    private final float[][] records = new float[RECORDS][];

    /** The first two go together, in other units; the third is always the same, and missing in every fifth record. */
    private TestSet learn() {
        MiniBatch batch = learner.newBatch();
        List<byte[]> values = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            float x = (float) random.nextGaussian();
            float[] record = {x, 1e6f * (x + 0.3f * (float) random.nextGaussian()), i % 5 == 0 ? Float.NaN : 7};
            batch.add(record, 0, "");
            if (batch.isFull()) {
                learner.train(batch);
                batch.clear();
            }
            if (i < RECORDS) {
                records[i] = record;
                values.add(Dtype.FLOAT32.encode(record, 0, 3));
                labels.add(i % 3 == 0 ? "" : i % 3 == 1 ? "a" : "b");
            }
        }
        return new TestSet("numbers", values, labels, List.of("x", "y", "z"), Optional.empty());
    }

    @Test
    void eachInputIsMeasuredByItselfInItsOwnUnits() {
        TestSet set = learn();
        double[] squares = new double[2];
        double[] mean = new double[2];
        for (float[] record : records) {
            MiniBatch batch = learner.newBatch();
            batch.add(record, 0, "");
            ForwardPass forward = learner.reconstruct(batch);
            for (int j = 0; j < 2; j++) {
                squares[j] += Math.pow(record[j] - forward.reconstructions()[j], 2);
                mean[j] += record[j] / RECORDS;
            }
        }
        double[] variance = new double[2];
        for (float[] record : records) {
            for (int j = 0; j < 2; j++) {
                variance[j] += Math.pow(record[j] - mean[j], 2);
            }
        }

        ModelReport report = ModelReport.of("m", 1, learner, set);

        List<InputErrors.Input> inputs = report.inputs();
        assertThat(inputs).extracting(InputErrors.Input::name).containsExactly("x", "y", "z");
        for (int j = 0; j < 2; j++) {
            assertThat(inputs.get(j).explainedVariance()).isCloseTo(1 - squares[j] / variance[j], within(1e-6));
            assertThat(inputs.get(j).rootMeanSquaredError() / Math.sqrt(squares[j] / RECORDS))
                    .isCloseTo(1, within(1e-6));
        }
        assertThat(inputs.get(2).explainedVariance()).as("never varies").isNull();
        assertThat(report.explainedVariance())
                .isCloseTo((inputs.get(0).explainedVariance() + inputs.get(1).explainedVariance()) / 2, within(1e-12));
        assertThat(report.mseByLabel()).as("what has no label is no class").containsOnlyKeys("a", "b");
        assertThat(report.worstInputs().toText()).contains("x ", "y ").doesNotContain("z ");
    }

    @Test
    void aProbeTakesTheInputsWhateverTheirLabelsAre() {
        TestSet labelled = learn().labelled();
        assertThat(labelled.size()).isEqualTo(66);
        ProbeReport report = ProbeReport.of(
                "m", 1, learner, "numbers", labelled.part(0, 50), labelled.part(50, 66), PortableProduct::new);
        assertThat(report.layers()).containsOnlyKeys("inputs", "h_e_1");
        assertThat(report.layers().get("inputs").units()).isEqualTo(3);
        assertThat(report.layers().get("inputs").probeError()).isBetween(0.0, 1.0);
    }
}
