package io.sparsestream.web;

import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A request that joins while the page is closed: it is sent away, and closing waits for no tick. */
@JCStressTest
@Outcome(id = "sent away, closed", expect = Expect.ACCEPTABLE)
@Outcome(
        id = "sent away, closed late",
        expect = Expect.ACCEPTABLE_INTERESTING,
        desc = "the machine was busy; if often, the page's thread was not woken")
@Outcome(expect = Expect.FORBIDDEN)
@State
public class LivePageStress {
    private static final long SOON_NANOS = 200_000_000; // less than a tick

    private final LivePage page = LivePage.start(List.of(), false);

    @Actor
    public void request(LL_Result r) {
        Mailbox mailbox = new Mailbox();
        page.join(mailbox);
        try {
            r.r1 = mailbox.take() == null ? "sent away" : "told something";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        page.leave(mailbox);
    }

    @Actor
    public void command(LL_Result r) {
        long start = System.nanoTime();
        page.close();
        r.r2 = System.nanoTime() - start < SOON_NANOS ? "closed" : "closed late";
    }
}
