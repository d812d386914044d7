package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RecentTest {
    private static final long MILLI = 1_000_000;
    private static final Hyperparameters TEN = Hyperparameters.PLAIN.with(Map.of("batch", "10"));

    private long now;
    private final Recent recent = new Recent(() -> now);
    private final Learner learner = new Autoencoder(Architecture.of(4, 3, 4), TEN, new PortableProduct());
    private int next; // first input of the next record

    @Test
    void aMiniBatchASecondIsTakenAndMoreWhileSomebodyLooks() {
        step(recent, learner); // the first is
        assertThat(size()).isEqualTo(10);
        now += 11_000 * MILLI; // nobody looks any more
        for (int i = 0; i < 100; i++) {
            now += 20 * MILLI;
            step(recent, learner);
        }
        long unseen = number(); // in the first step and two seconds
        assertThat(unseen).isEqualTo(10 + 2 * 10);
        for (int i = 0; i < 100; i++) {
            now += 20 * MILLI;
            step(recent, learner);
        }
        assertThat(number() - unseen).isBetween(70L, 80L);
    }

    @Test
    void theOldestRecordsMakeRoom() {
        for (int i = 0; i < 400; i++) {
            now += 1000 * MILLI;
            step(recent, learner);
        }
        assertThat(size()).isEqualTo(Recent.MOST);
        assertThat(number()).isEqualTo(4000);
        assertThat(recent.look(it -> it.has(999))).hasValue(false);
        assertThat(recent.look(it -> it.has(1000))).hasValue(true);
        assertThat(recent.look(it -> it.has(4000))).hasValue(false);
        assertThat(recent.look(it -> it.inputs()[it.row(0, 4)])).hasValue(3999 / 4000f);
        assertThat(recent.look(it -> it.inputs()[it.row(2999, 4)])).hasValue(1000 / 4000f);
        assertThat(recent.look(it -> it.label(2999))).hasValue("1000");
    }

    @Test
    void manyInputsLeaveRoomForFewerRecordsAndManyParametersForNone() {
        Learner wide =
                new Autoencoder(Architecture.of(10_000, 900, 10_000), TEN, new PortableProduct()); // 18 million weights
        step(recent, wide);
        assertThat(recent.look(it -> it.parameters().isEmpty())).hasValue(true);
        for (int i = 0; i < 50; i++) {
            now += 1000 * MILLI;
            recent.add(wide.observe(batch(wide)), wide);
        }
        assertThat(size()).isEqualTo(4_000_000 / 10_900);
    }

    @Test
    void theParametersAreACopyOfThoseAfterTheStep() {
        step(recent, learner);
        float[] before = learner.state().parameter("w_d_1").clone();
        learner.train(batch(learner));
        assertThat(recent.look(it -> it.parameters().get("w_d_1").clone()).orElseThrow())
                .containsExactly(before);
        assertThat(recent.look(Recent::step)).hasValue(1L);
        now += 1000 * MILLI;
        step(recent, learner);
        assertThat(recent.look(it -> it.parameters().get("w_d_1").clone()).orElseThrow())
                .containsExactly(learner.state().parameter("w_d_1"));
    }

    @Test
    void whoeverReadsDoesNotHoldUpTheTraining() throws InterruptedException {
        step(recent, learner);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch trained = new CountDownLatch(1);
        Thread reader = new Thread(() -> recent.look(it -> {
            reading.countDown();
            try {
                trained.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return it.size();
        }));
        reader.start();
        reading.await();
        now += 1000 * MILLI;
        step(recent, learner); // returns, and takes nothing
        trained.countDown();
        reader.join();
        assertThat(size()).isEqualTo(10);
    }

    @Test
    void ofAModelThatIsSetBackTheRecordsBeforeAreForgotten() {
        step(recent, learner);
        now += 1000 * MILLI;
        step(recent, learner);
        recent.clear();
        assertThat(recent.look(Recent::step)).as("of the model before").isEmpty();
        step(recent, learner); // at once
        assertThat(size()).isEqualTo(10);
        assertThat(recent.look(Recent::step)).hasValue(3L);
        assertThat(number()).as("a number is never given twice").isEqualTo(30);
        assertThat(recent.look(it -> it.has(19))).hasValue(false);
        assertThat(recent.look(it -> it.has(20))).hasValue(true);
        assertThat(recent.look(it -> it.label(9))).hasValue("20");
    }

    private void step(Recent to, Learner by) {
        to.add(by.train(batch(by)), by);
    }

    private MiniBatch batch(Learner of) {
        MiniBatch batch = of.newBatch();
        while (!batch.isFull()) {
            float[] values = new float[of.architecture().inputs()];
            Arrays.fill(values, next / 4000f);
            batch.add(values, 0, Integer.toString(next));
            next++;
        }
        return batch;
    }

    private int size() {
        return recent.look(Recent::size).orElseThrow();
    }

    private long number() {
        return recent.look(Recent::newest).orElseThrow() + 1;
    }
}
