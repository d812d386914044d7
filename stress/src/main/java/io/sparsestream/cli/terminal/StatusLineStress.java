package io.sparsestream.cli.terminal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A line that one thread prints while another draws the status: neither stands within the other. */
@JCStressTest
@Outcome(
        id = {"one<two<text/two", "one<text/one<two"},
        expect = Expect.ACCEPTABLE)
@Outcome(expect = Expect.FORBIDDEN)
@State
public class StatusLineStress {
    private static final PrintStream ERR = System.err;
    private static final Terminal TERMINAL = new Terminal(OptionalInt.of(80), StandardCharsets.UTF_8);

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final StatusLine line;
    private final PrintStream above;

    public StatusLineStress() {
        synchronized (StatusLineStress.class) { // it takes the process's own stream
            System.setErr(new PrintStream(shown, true, StandardCharsets.UTF_8));
            line = new StatusLine(TERMINAL);
            above = System.err;
            System.setErr(ERR);
        }
        line.show("one");
    }

    @Actor
    public void command() {
        line.show("two");
    }

    @Actor
    public void logging() {
        above.print("text\n");
    }

    @Arbiter
    public void seen(L_Result r) {
        r.r1 = shown.toString(StandardCharsets.UTF_8)
                .replace("\r\u001b[2K", "<")
                .replace('\n', '/');
    }
}
