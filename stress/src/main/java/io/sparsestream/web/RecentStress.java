package io.sparsestream.web;

import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.Steps;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Records that the thread which trains adds while a request looks: it sees each whole, or not at all. */
@JCStressTest
@Outcome(id = "1 1.0 1.0 1", expect = Expect.ACCEPTABLE, desc = "before")
@Outcome(id = "2 2.0 2.0 2", expect = Expect.ACCEPTABLE, desc = "after")
@Outcome(expect = Expect.FORBIDDEN)
@State
public class RecentStress {
    private static final StepResult ONE = Steps.of(1);
    private static final StepResult TWO = Steps.of(2);
    private static final AtomicLong NANOS = new AtomicLong();

    private final Recent recent = new Recent(() -> NANOS.addAndGet(2_000_000_000)); // each time so late that it adds

    public RecentStress() {
        recent.add(ONE, Steps.LEARNER);
    }

    @Actor
    public void training() {
        recent.add(TWO, Steps.LEARNER);
    }

    @Actor
    public void request(L_Result r) {
        r.r1 = recent.look(seen -> (seen.newest() + 1) + " " + seen.inputs()[seen.row(0, 1)] + " "
                        + seen.activations(0)[seen.row(0, 1)] + " " + seen.label(0))
                .orElseThrow();
    }
}
