package io.sparsestream.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.message.Reason;
import io.sparsestream.trainer.Trainer.State;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a trainer says something, and what. */
class TrainingLogTest {
    private final TrainingLog log = new TrainingLog("m", "readings");
    private final Learner learner = new Autoencoder(
            Architecture.of(2, 1, 2), Hyperparameters.SPARSE.with(Map.of("batch", "2")), new PortableProduct());
    private long nanos = System.nanoTime();

    private void step() {
        MiniBatch batch = learner.newBatch();
        batch.add(new byte[] {1, 2});
        batch.add(new byte[] {3, 4});
        log.onStep(learner.train(batch), learner, 0);
    }

    private String next(State state, OptionalLong lag) {
        nanos += TimeUnit.SECONDS.toNanos(10);
        return log.next(state, lag, nanos)
                .map(ProgressMessage::getFormattedMessage)
                .orElse("");
    }

    @Test
    void saysWhereItIsWhileSomethingMovesAndOnceThatItWaits() {
        assertThat(next(State.RESTORING, OptionalLong.empty())).isEmpty();
        log.onResume(learner, 0);
        assertThat(next(State.RUNNING, OptionalLong.empty()))
                .isEqualTo("model m is at step 0 and waits for records on topic readings: is something sent there?");
        assertThat(next(State.RUNNING, OptionalLong.empty())).as("said").isEmpty();
        for (int i = 0; i < 10; i++) {
            step();
        }
        assertThat(next(State.RUNNING, OptionalLong.of(1200)))
                .matches("model m: step 10, loss 0\\.\\d{4}, 2 records/s, lag 1,200, 0 dead letters");
        log.onDeadLetter(new Reason(Reason.Kind.COUNT, "why"));
        assertThat(next(State.RUNNING, OptionalLong.of(0)))
                .matches("model m: step 10, loss 0\\.\\d{4}, 0 records/s, lag 0, 1 dead letter");
        assertThat(next(State.PAUSED, OptionalLong.of(0)))
                .isEqualTo("model m is at step 10 and is paused: 'resume' lets it go on");
        assertThat(next(State.RUNNING, OptionalLong.of(0))).as("said").isEmpty();
        step();
        assertThat(next(State.RUNNING, OptionalLong.of(0))).startsWith("model m: step 11, ");
    }

    @Test
    void theNumbersAreFields() {
        step();
        nanos += TimeUnit.SECONDS.toNanos(10);
        Map<String, Object> numbers =
                log.next(State.RUNNING, OptionalLong.of(7), nanos).orElseThrow().getData();
        assertThat(numbers)
                .containsOnlyKeys("model", "step", "loss", "recordsPerSecond", "lag", "deadLetters")
                .containsEntry("step", 1L)
                .containsEntry("lag", 7L);
        assertThat((double) numbers.get("recordsPerSecond")).isBetween(0.15, 0.25);
    }
}
