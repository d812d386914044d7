package io.sparsestream.stream.single;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.Steps;
import io.sparsestream.stream.Image;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Mini-batches on their way to the thread that makes the steps, and what those have found on its way back. */
public final class StepQueueStress {
    private static final byte[] REPORT = {1};

    private StepQueueStress() {}

    /** A queue whose tasks another actor runs. */
    private static final class Steering {
        final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>(); // as an executor's
        final StepQueue steps;

        Steering() {
            Learner learner = Steps.learner();
            learner.train(Steps.of(1).batch()); // so that the next step is not number 0
            steps = new StepQueue(learner, (result, images, nanos) -> Optional.of(REPORT), 1, tasks::add, () -> {});
        }

        void submit(int grey) {
            steps.filling().add(new Image(new byte[] {(byte) grey}, "", 1, null));
            steps.submit();
        }

        void run() {
            try {
                tasks.take().run();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String seen(StepQueue.Step step) {
        return "step " + step.number() + (step.forward().mse()[0] > 0 ? ", error" : ", no error")
                + (step.forward().reconstructions()[0] > 0 ? ", reconstruction" : ", none")
                + (step.report() == null ? ", no report" : ", report");
    }

    /** A step that is said to be done is seen as a whole. */
    @JCStressTest
    @Outcome(id = "under way", expect = Expect.ACCEPTABLE)
    @Outcome(id = "step 1, error, reconstruction, report", expect = Expect.ACCEPTABLE)
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class Done {
        private final Steering steering = new Steering();

        @Actor
        public void stream(L_Result r) {
            steering.submit(255);
            r.r1 = steering.steps.isDone() ? seen(steering.steps.take()) : "under way";
        }

        @Actor
        public void training() {
            steering.run();
        }
    }

    /** Who waits for a step sees it as a whole, and its batch can be used again. */
    @JCStressTest
    @Outcome(
            id = "step 1, error, reconstruction, report; step 2, error, reconstruction, report",
            expect = Expect.ACCEPTABLE)
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class Taken {
        private final Steering steering = new Steering();

        @Actor
        public void stream(L_Result r) {
            steering.submit(255);
            StepQueue.Step first = steering.steps.take();
            String one = seen(first);
            steering.steps.giveBack(first);
            steering.submit(128);
            r.r1 = one + "; " + seen(steering.steps.take());
        }

        @Actor
        public void training() {
            steering.run();
            steering.run();
        }
    }
}
