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

/** A mini-batch that the thread which trains adds while a request looks: it sees all of it, or nothing. */
@JCStressTest
@Outcome(id = "100 of 1", expect = Expect.ACCEPTABLE, desc = "before")
@Outcome(id = "200 of 2", expect = Expect.ACCEPTABLE, desc = "after")
@Outcome(expect = Expect.FORBIDDEN)
@State
public class RecentStress {
    private static final int IMAGES = 100;
    private static final StepResult ONE = Steps.of(1, IMAGES);
    private static final StepResult TWO = Steps.of(2, IMAGES);
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
        r.r1 = recent.look(RecentStress::seen).orElseThrow();
    }

    private static String seen(Recent recent) {
        String step = recent.label(0);
        for (int age = 0; age < IMAGES; age++) {
            String values = recent.inputs()[recent.row(age, 1)] + " " + recent.activations(0)[recent.row(age, 1)];
            if (!values.equals(step + ".0 " + step + ".0") || !recent.label(age).equals(step)) {
                return "another at age " + age;
            }
        }
        return recent.size() + " of " + step;
    }
}
