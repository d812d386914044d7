package io.sparsestream.topic;

import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** The time that the thread which watches the clock puts forward, while stream threads ask for it. */
public final class MonotonicTimeStress {
    private MonotonicTimeStress() {}

    /** A clock that is an hour ahead of what it said at first. */
    private static final class Clock {
        private boolean isForward;
        final MonotonicTime time = new MonotonicTime(() -> isForward ? TimeUnit.HOURS.toMillis(1) : 0, () -> 1);

        Clock() {
            isForward = true;
        }
    }

    /** Who fails because the clock was set forward learns that it was, before it is noticed and afterwards. */
    @JCStressTest
    @Outcome(id = "true", expect = Expect.ACCEPTABLE)
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class SetForward {
        private final MonotonicTime time = new Clock().time;

        @Actor
        public void watch() {
            time.catchUp();
        }

        @Actor
        public void stream(Z_Result r) {
            r.r1 = time.hasBeenSetForward();
        }
    }

    /** It never goes back. */
    @JCStressTest
    @Outcome(id = "true", expect = Expect.ACCEPTABLE)
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class Forward {
        private final MonotonicTime time = new Clock().time;

        @Actor
        public void watch() {
            time.catchUp();
        }

        @Actor
        public void stream(Z_Result r) {
            long before = time.milliseconds();
            r.r1 = time.milliseconds() >= before;
        }
    }
}
