package io.sparsestream.cli.terminal;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** What a command opens while a signal closes: each is closed once. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE)
@Outcome(expect = Expect.FORBIDDEN)
@State
public class ResourcesStress {
    private final Resources open = new Resources();
    private final AtomicInteger early = new AtomicInteger();
    private final AtomicInteger late = new AtomicInteger();

    public ResourcesStress() {
        open.add(early::incrementAndGet);
    }

    @Actor
    public void command() {
        open.add(late::incrementAndGet);
    }

    @Actor
    public void signal() {
        close();
    }

    @Arbiter
    public void end(II_Result r) {
        close();
        r.r1 = early.get();
        r.r2 = late.get();
    }

    private void close() {
        try {
            open.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
