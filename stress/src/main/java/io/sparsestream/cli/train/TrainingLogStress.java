package io.sparsestream.cli.train;

import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.Steps;
import io.sparsestream.message.Reason;
import io.sparsestream.trainer.Trainer;
import java.util.OptionalLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Steps and dead letters that two threads tell at the same time: neither is lost. */
@JCStressTest
@Outcome(id = "step and dead letter", expect = Expect.ACCEPTABLE)
@Outcome(expect = Expect.FORBIDDEN)
@State
public class TrainingLogStress {
    private static final StepResult STEP = Steps.of(7);
    private static final Reason REASON = new Reason(Reason.Kind.NO_VALUE, "no value");

    private final TrainingLog log = new TrainingLog("m", "topic");

    @Actor
    public void training() {
        log.onStep(STEP, Steps.LEARNER, 1);
    }

    @Actor
    public void stream() {
        log.onDeadLetter(REASON);
    }

    @Arbiter
    public void told(L_Result r) {
        String text = log.next(Trainer.State.RUNNING, OptionalLong.empty(), System.nanoTime())
                .map(Object::toString)
                .orElse("nothing");
        r.r1 = text.contains("step 8,") && text.contains(" 1 dead letter") ? "step and dead letter" : text;
        log.close();
    }
}
