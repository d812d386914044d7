package io.sparsestream.cli.train;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.Steps;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JZ_Result;

/** A model that resumes while the command asks: who sees its images sees that it had learned before. */
@JCStressTest
@Outcome(
        id = {"0, false", "0, true"},
        expect = Expect.ACCEPTABLE,
        desc = "before")
@Outcome(id = "1, true", expect = Expect.ACCEPTABLE, desc = "after")
@Outcome(expect = Expect.FORBIDDEN)
@State
public class TrainedImagesStress {
    private static final Learner LEARNED = learned();

    private final TrainedImages trained = new TrainedImages();

    private static Learner learned() {
        Learner learner = Steps.learner();
        learner.train(Steps.of(1).batch());
        return learner;
    }

    @Actor
    public void stream() {
        trained.onResume(LEARNED, 1);
    }

    @Actor
    public void command(JZ_Result r) {
        r.r1 = trained.images();
        r.r2 = trained.hadLearned(0);
    }
}
