package io.sparsestream.web;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.Steps;
import io.sparsestream.message.Activations;
import io.sparsestream.message.ControlResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** What a model says of itself on its way to the page's thread. */
public final class ModelFeedStress {
    private static final Learner LEARNER = Steps.LEARNER;
    private static final StepResult[] STEPS = {
        Steps.of(0), Steps.of(1), Steps.of(2), Steps.of(3), Steps.of(4), Steps.of(5)
    };

    private ModelFeedStress() {}

    private static void step(ModelFeed feed, int step) {
        feed.onStep(STEPS[step], LEARNER, 1);
    }

    /** The first step is shown as a whole: its number, and that it has just been made. */
    @JCStressTest
    @Outcome(id = "-1, none", expect = Expect.ACCEPTABLE, desc = "before")
    @Outcome(id = "5, now", expect = Expect.ACCEPTABLE, desc = "after")
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class Progress {
        private static final double LATELY = 60;

        private final ModelFeed feed = new ModelFeed("m", new Examples());

        @Actor
        public void training() {
            step(feed, 5);
        }

        @Actor
        public void page(LL_Result r) {
            Frame frame = feed.frame();
            Double seconds = frame.secondsSinceStep();
            r.r1 = frame.step();
            r.r2 = seconds == null ? "none" : seconds >= 0 && seconds < LATELY ? "now" : seconds + " s";
        }
    }

    /** A snapshot is of one step, whatever is trained meanwhile. */
    @JCStressTest
    @Outcome(
            id = {"none, none", "none, 2", "none, 3", "1, 1", "1, 2", "1, 3", "2, 2", "2, 3", "3, 3"},
            expect = Expect.ACCEPTABLE)
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class Snapshots {
        private final ModelFeed feed = new ModelFeed("m", new Examples());

        public Snapshots() {
            step(feed, 1);
        }

        @Actor
        public void training() {
            step(feed, 2);
            step(feed, 3);
        }

        @Actor
        public void page(LL_Result r) {
            feed.advance();
            r.r1 = seen(feed.latest());
            feed.advance();
            r.r2 = seen(feed.latest());
        }

        private static String seen(Snapshot snapshot) {
            if (snapshot == null) {
                return "none"; // the first one was being taken anew
            }
            String step = Long.toString(snapshot.activations.step());
            float value = snapshot.activations.step();
            return snapshot.originals[0] == value
                            && snapshot.reconstructions[0] == value
                            && snapshot.mse == value
                            && snapshot.hidden[0][0] == value
                            && snapshot.labels[0].equals(step)
                    ? step
                    : "a part of " + step;
        }
    }

    /** Losses of a model that was set back say nothing of the one that begins anew. */
    @JCStressTest
    @Outcome(id = "false", expect = Expect.ACCEPTABLE)
    @Outcome(expect = Expect.FORBIDDEN, desc = "it is said to diverge, since it begins with a greater loss than it had")
    @State
    public static class SetBack {
        private static final StepResult LEARNED = Steps.of(4, 1, 0.01);
        private static final StepResult ANEW = Steps.of(1, 1, 0.9);
        private static final ControlResult RESET = ControlResult.of(
                "m", LEARNER, "{\"command\":\"reset\"}".getBytes(StandardCharsets.UTF_8), "control-0@0", told -> {});

        private final ModelFeed feed = new ModelFeed("m", new Examples());

        public SetBack() {
            feed.onStep(LEARNED, LEARNER, 1);
        }

        @Actor
        public void training() {
            feed.onControl(RESET, LEARNER);
            feed.onStep(ANEW, LEARNER, 1);
        }

        @Actor
        public void page() {
            feed.advance();
        }

        @Arbiter
        public void later(Z_Result r) {
            for (int i = 0; i < 10; i++) {
                feed.onStep(ANEW, LEARNER, 1);
                feed.advance();
            }
            r.r1 = feed.isDiverging();
        }
    }

    /** A run that is finished is shown with its figures. */
    @JCStressTest
    @Outcome(
            id = {"starting, 0", "starting, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "before")
    @Outcome(id = "finished, 1", expect = Expect.ACCEPTABLE, desc = "after")
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class Finish {
        private static final List<Figure> FIGURES = List.of(new Figure("loss", "0.01"));

        private final ModelFeed feed = new ModelFeed("m", new Examples());

        @Actor
        public void command() {
            feed.finish(FIGURES);
        }

        @Actor
        public void page(LL_Result r) {
            Frame frame = feed.frame();
            r.r1 = frame.state();
            r.r2 = frame.figures().size();
        }
    }

    /** What the model said before the process began gets in front of the rest, whenever it has been read. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE)
    @Outcome(expect = Expect.FORBIDDEN, desc = "the past is lost")
    @State
    public static class PastOfTheModel {
        private static final List<Activations> SAID = List.of(Activations.of("m", STEPS[0], LEARNER));

        private final ModelFeed feed = new ModelFeed("m", new Examples());

        public PastOfTheModel() {
            step(feed, 1);
            feed.advance();
            step(feed, 2);
        }

        @Actor
        public void past() {
            feed.recall(SAID);
        }

        @Actor
        public void page() {
            feed.advance();
        }

        @Arbiter
        public void later(L_Result r) {
            step(feed, 3);
            feed.advance();
            r.r1 = feed.distributions().event("m").layers().get(0).ridge().steps()[0];
        }
    }
}
