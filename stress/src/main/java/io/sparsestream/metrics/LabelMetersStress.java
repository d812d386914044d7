package io.sparsestream.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.Steps;
import java.util.Collection;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** What the thread that trains shows while somebody scrapes: a label has its error from the first on. */
@JCStressTest
@Outcome(
        id = {"1.0", "1.0 2.0"},
        expect = Expect.ACCEPTABLE)
@Outcome(expect = Expect.FORBIDDEN)
@State
public class LabelMetersStress {
    private static final StepResult ONE = Steps.of(1);
    private static final StepResult TWO = Steps.of(2);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final LabelMeters meters = new LabelMeters(MeterGroup.of(registry, "m"));

    public LabelMetersStress() {
        meters.add(ONE);
        meters.show();
        meters.add(TWO);
    }

    @Actor
    public void training() {
        meters.show();
    }

    @Actor
    public void scrape(L_Result r) {
        Collection<Gauge> gauges = registry.find("sparsestream.loss.label").gauges();
        r.r1 = String.join(
                " ",
                gauges.stream()
                        .map(gauge -> Double.toString(gauge.value()))
                        .sorted()
                        .toList());
    }
}
