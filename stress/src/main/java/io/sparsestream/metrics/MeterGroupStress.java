package io.sparsestream.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Meters that the stream thread and the one that trains register at the same time: closing the group leaves none. */
@JCStressTest
@Outcome(id = "4, 0", expect = Expect.ACCEPTABLE)
@Outcome(expect = Expect.FORBIDDEN)
@State
public class MeterGroupStress {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final MeterGroup group = MeterGroup.of(registry, "m");

    @Actor
    public void stream() {
        group.counter("one", "of the stream thread");
        group.counter("two", "of the stream thread");
    }

    @Actor
    public void training() {
        group.counter("three", "of the thread that trains");
        group.counter("four", "of the thread that trains");
    }

    @Arbiter
    public void end(II_Result r) {
        r.r1 = registry.getMeters().size();
        group.close();
        r.r2 = registry.getMeters().size();
    }
}
