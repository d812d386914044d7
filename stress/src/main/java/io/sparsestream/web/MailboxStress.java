package io.sparsestream.web;

import java.nio.charset.StandardCharsets;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Events on their way from the page's thread to a request's: the newest of a kind always arrives, and who waits is woken. */
public final class MailboxStress {
    private static final byte[] OLD = "old".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NEW = "new".getBytes(StandardCharsets.UTF_8);

    private MailboxStress() {}

    private static String take(Mailbox mailbox) {
        try {
            byte[] event = mailbox.take();
            return event == null ? "none" : new String(event, StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing is lost but what something newer has replaced. */
    @JCStressTest
    @Outcome(id = "old, new", expect = Expect.ACCEPTABLE, desc = "the request was in time for both")
    @Outcome(id = "new, none", expect = Expect.ACCEPTABLE, desc = "the newer one has replaced the other")
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class Newest {
        private final Mailbox mailbox = new Mailbox();

        @Actor
        public void page() {
            mailbox.put("frame", OLD);
            mailbox.put("frame", NEW);
        }

        @Actor
        public void request(LL_Result r) {
            r.r1 = take(mailbox);
        }

        @Arbiter
        public void rest(LL_Result r) {
            mailbox.close();
            r.r2 = take(mailbox);
        }
    }

    /** The last event arrives before the end. */
    @JCStressTest
    @Outcome(id = "new, none", expect = Expect.ACCEPTABLE)
    @Outcome(expect = Expect.FORBIDDEN)
    @State
    public static class Closing {
        private final Mailbox mailbox = new Mailbox();

        @Actor
        public void page() {
            mailbox.put("frame", NEW);
            mailbox.close();
        }

        @Actor
        public void request(LL_Result r) {
            r.r1 = take(mailbox);
            r.r2 = take(mailbox);
        }
    }
}
