package io.sparsestream.stream;

import io.sparsestream.message.Reason;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Dead letters that the stream thread counts while somebody asks for the health. */
public final class DeadLettersStress {
    private static final Reason FIRST = new Reason(Reason.Kind.NO_VALUE, "first");
    private static final Reason SECOND = new Reason(Reason.Kind.LENGTH, "second");

    private DeadLettersStress() {}

    /** The reason is that of the last of so many. */
    @JCStressTest
    @Outcome(id = "the only record was a dead letter: first", expect = Expect.ACCEPTABLE, desc = "before")
    @Outcome(id = "the last 2 records were all dead letters: second", expect = Expect.ACCEPTABLE, desc = "after")
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class Counted {
        private final DeadLetters letters = new DeadLetters("m", "topic", () -> 0);

        public Counted() {
            letters.onDeadLetter(FIRST);
        }

        @Actor
        public void stream() {
            letters.onDeadLetter(SECOND);
        }

        @Actor
        public void health(L_Result r) {
            r.r1 = letters.alone().orElse("images");
        }
    }

    /** A dead letter behind an image is not the only record. */
    @JCStressTest
    @Outcome(id = "images", expect = Expect.ACCEPTABLE)
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class BehindAnImage {
        private final DeadLetters letters = new DeadLetters("m", "topic", () -> 0);

        @Actor
        public void stream() {
            letters.onReconstruction(1);
            letters.onDeadLetter(FIRST);
        }

        @Actor
        public void health(L_Result r) {
            r.r1 = letters.alone().orElse("images");
        }
    }
}
