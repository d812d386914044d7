package io.sparsestream.web;

import io.sparsestream.learn.MiniBatch;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.FF_Result;

/** Records that two models offer at the same time: all are chosen from what one of them has offered, and both see that. */
@JCStressTest
@Outcome(id = "10.0, 10.0", expect = Expect.ACCEPTABLE, desc = "those of the one")
@Outcome(id = "20.0, 20.0", expect = Expect.ACCEPTABLE, desc = "those of the other")
@Outcome(expect = Expect.FORBIDDEN)
@State
public class ExamplesStress {
    private static final MiniBatch ONES = batch(1);
    private static final MiniBatch TWOS = batch(2);

    private final Examples examples = new Examples();

    private static MiniBatch batch(float value) {
        MiniBatch batch = new MiniBatch(Examples.COUNT, 1);
        while (!batch.isFull()) {
            batch.add(new float[] {value}, 0, MiniBatch.UNLABELLED);
        }
        return batch;
    }

    @Actor
    public void one(FF_Result r) {
        examples.offer("one", ONES, 1);
        r.r1 = sum();
    }

    @Actor
    public void other(FF_Result r) {
        examples.offer("other", TWOS, 1);
        r.r2 = sum();
    }

    private float sum() {
        Examples.Chosen chosen = examples.chosen().orElseThrow();
        float sum = 0;
        for (float value : chosen.values()) {
            sum += value;
        }
        return chosen.labels().length == Examples.COUNT ? sum : -1;
    }
}
