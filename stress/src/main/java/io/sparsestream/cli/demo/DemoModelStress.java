package io.sparsestream.cli.demo;

import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.Steps;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** How far the demo has come: who sees that something was trained sees the loss of that step. */
@JCStressTest
@Outcome(id = "nothing", expect = Expect.ACCEPTABLE, desc = "before")
@Outcome(id = "7=7.0", expect = Expect.ACCEPTABLE, desc = "after")
@Outcome(expect = Expect.FORBIDDEN)
@State
public class DemoModelStress {
    private static final StepResult STEP = Steps.of(7);
    private static final Terminal TERMINAL = new Terminal(OptionalInt.empty(), StandardCharsets.UTF_8);

    private final DemoModel model = new DemoModel("m", line -> {}, TERMINAL);

    @Actor
    public void training() {
        model.onStep(STEP, Steps.LEARNER, 1);
    }

    @Actor
    public void command(L_Result r) {
        String losses = model.historyToLast().toString();
        r.r1 = losses.equals("{}") ? "nothing" : losses.replaceAll("[{}]", "");
    }
}
