package io.sparsestream.application;

import java.util.Set;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A stream thread that closes is interrupted no more, though another thread interrupts those that are left. */
@JCStressTest
@Outcome(id = "false", expect = Expect.ACCEPTABLE)
@Outcome(expect = Expect.FORBIDDEN)
@State
public class StreamThreadsStress {
    private final StreamThreads threads = new StreamThreads();
    private volatile String name = "";
    private volatile boolean over;

    @Actor
    public void stream(Z_Result r) {
        name = Thread.currentThread().getName();
        threads.beginClosing();
        boolean interrupted = false;
        while (!over) {
            interrupted |= Thread.interrupted();
        }
        r.r1 = interrupted | Thread.interrupted();
    }

    @Actor
    public void watch() {
        threads.interrupt(Set.of(name));
        over = true;
    }
}
