package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class MailboxTest {
    private final Mailbox mailbox = new Mailbox();

    @Test
    void givesOutInTheOrderOfArrival() throws Exception {
        mailbox.put("a", new byte[] {1});
        mailbox.put("b", new byte[] {2});

        assertThat(mailbox.take()).containsExactly(1);
        assertThat(mailbox.take()).containsExactly(2);
    }

    @Test
    void aSlowReaderGetsTheNewestOfEachKindAlone() throws Exception {
        for (int i = 0; i < 100; i++) {
            mailbox.put("frame", new byte[] {(byte) i});
            mailbox.put("digits", new byte[] {(byte) (100 + i)});
        }
        mailbox.put("last", new byte[] {0});

        assertThat(mailbox.take()).containsExactly(99);
        assertThat(mailbox.take()).containsExactly(199 - 256);
        assertThat(mailbox.take()).containsExactly(0);
    }

    @Test
    void aReaderWaitsForTheNextOne() throws Exception {
        CompletableFuture<byte[]> read = taken();
        assertThat(read).isNotDone();
        mailbox.put("a", new byte[] {7});

        assertThat(read.get(5, TimeUnit.SECONDS)).containsExactly(7);
    }

    @Test
    void closingSendsTheReaderAway() throws Exception {
        CompletableFuture<byte[]> read = taken();
        mailbox.close();

        assertThat(read.get(5, TimeUnit.SECONDS)).isNull();
        mailbox.put("a", new byte[] {1});
        assertThat(mailbox.take()).isNull();
    }

    @Test
    void whatWasPutBeforeClosingIsStillRead() throws Exception {
        mailbox.put("last", new byte[] {9});
        mailbox.close();

        assertThat(mailbox.take()).containsExactly(9);
        assertThat(mailbox.take()).isNull();
    }

    private CompletableFuture<byte[]> taken() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return mailbox.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
