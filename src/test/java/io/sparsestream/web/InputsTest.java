package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LossByLabel;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.InputFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InputsTest {
    private static final Map<String, String> SOON = Map.of("scale-after", "0");

    private static Learner learner(int inputs, Map<String, String> changes) {
        return ScaledLearner.of(new Autoencoder(
                Architecture.of(inputs, 2, inputs), Hyperparameters.VECTORS.with(changes), new PortableProduct()));
    }

    /** After some steps on records whose input j is j more and less than 100 · j, in turns. */
    private static Snapshot snapshot(Learner learner) {
        Snapshot snapshot = new Snapshot();
        int inputs = learner.architecture().inputs();
        for (int step = 0; step < 300; step++) {
            MiniBatch batch = learner.newBatch();
            for (int i = 0; !batch.isFull(); i++) {
                float[] values = new float[inputs];
                for (int j = 0; j < inputs; j++) {
                    values[j] = 100 * j + (i % 2 == 0 ? j : -j);
                }
                batch.add(values, 0, "usual");
            }
            StepResult result = learner.train(batch);
            snapshot.fill("sensors", result, learner, new History(), new LossByLabel());
        }
        return snapshot;
    }

    @Test
    void barsOfStandardizedInputsEndThreeDeviationsFromTheMean() {
        Inputs found = Inputs.of(snapshot(learner(3, SOON)), List.of("a", "b.c", "d"));

        assertThat(found.label()).isEqualTo("usual");
        assertThat(found.total()).isEqualTo(3);
        assertThat(found.inputs()).extracting(Inputs.Input::name).containsExactly("a", "b.c", "d");
        Inputs.Input last = found.inputs().get(2);
        assertThat(last.value()).isEqualTo(202);
        assertThat(last.place()).as("one deviation above the mean").isEqualTo(4 / 6.0, within(0.03));
        assertThat(last.reconstruction()).isBetween(190f, 210f);
    }

    @Test
    void barsOfInputsBetweenLeastAndGreatestEndThere() {
        Snapshot snapshot = snapshot(learner(3, Map.of("scale", "minmax", "scale-after", "0")));

        Inputs.Input last = Inputs.of(snapshot, List.of()).inputs().get(2);
        assertThat(last.name()).isEqualTo("3");
        assertThat(last.place()).isEqualTo(1, within(1e-6));
    }

    @Test
    void inputsThatAreNotScaledHaveOneRange() {
        Snapshot snapshot = snapshot(learner(3, Map.of("scale", "none", "scale-after", "0")));

        List<Inputs.Input> inputs = Inputs.of(snapshot, List.of()).inputs();
        assertThat(inputs.get(0).place()).isZero();
        assertThat(inputs.get(1).place()).isEqualTo(0.5, within(1e-6));
        assertThat(inputs.get(2).place()).isEqualTo(1);
    }

    @Test
    void ofManyInputsThoseThatAreFurthestOffAreShownInTheirOrder() {
        Snapshot snapshot = snapshot(learner(100, SOON));

        Inputs found = Inputs.of(snapshot, List.of());
        assertThat(found.total()).isEqualTo(100);
        assertThat(found.inputs()).hasSize(40);
        assertThat(found.inputs())
                .extracting(input -> Integer.parseInt(input.name()))
                .isSorted();
        double leastShown = found.inputs().stream()
                .mapToDouble(Inputs.Input::distance)
                .min()
                .orElseThrow();
        double greatest = found.inputs().stream()
                .mapToDouble(Inputs.Input::distance)
                .max()
                .orElseThrow();
        assertThat(greatest).isGreaterThan(leastShown);
    }

    @Test
    void whatIsTextOrTooSmallIsNoPicture() {
        assertThat(Shape.of(784, InputFormat.AUTO)).isEqualTo(new Shape(28, 28));
        assertThat(Shape.of(784, InputFormat.of(InputFormat.Kind.FLOAT32)).isPicture())
                .isTrue();
        assertThat(Shape.of(784, InputFormat.of(InputFormat.Kind.JSON)).isPicture())
                .isFalse();
        assertThat(Shape.of(784, InputFormat.of(InputFormat.Kind.CSV)).isPicture())
                .isFalse();
        assertThat(Shape.of(9, InputFormat.AUTO)).isEqualTo(new Shape(1, 9));
        assertThat(Shape.of(65, InputFormat.AUTO).isPicture()).isFalse();
        assertThat(Shape.of(1, InputFormat.AUTO).isPicture()).isFalse();
    }
}
