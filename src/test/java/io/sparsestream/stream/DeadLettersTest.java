package io.sparsestream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.message.Reason;
import io.sparsestream.support.LogLines;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE); // overflows, as System.nanoTime may
    private final DeadLetters letters = new DeadLetters("model m", "dead-letters.m", nanos::get);

    @Test
    void theFirstIsToldWithItsReasonAndThenHowManyThereWereOnceAMinute() {
        try (LogLines log = new LogLines(DeadLetters.class)) {
            for (int i = 0; i < 1500; i++) {
                letters.onDeadLetter(new Reason(Reason.Kind.NO_VALUE, "no value"));
            }
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(61));
            letters.onDeadLetter(new Reason(Reason.Kind.LENGTH, "value of 3 bytes, not 784"));
            letters.onDeadLetter(new Reason(Reason.Kind.NO_VALUE, "no value"));

            assertThat(log.lines())
                    .containsExactly(
                            "model m: a record has gone to topic dead-letters.m: no value; correct what is sent, or start"
                                    + " again with options that fit it",
                            "model m: 1,500 more records have gone to topic dead-letters.m, the last for: value of 3"
                                    + " bytes, not 784");
        }
    }

    @Test
    void knowsWhenNothingElseHasEverCome() {
        assertThat(letters.alone()).isEmpty();

        letters.onDeadLetter(new Reason(Reason.Kind.NO_VALUE, "no value"));
        assertThat(letters.alone()).contains("the only record was a dead letter: no value");
        letters.onDeadLetter(new Reason(Reason.Kind.KEY, "key of 2000 bytes, more than 1024"));
        assertThat(letters.alone())
                .contains("the last 2 records were all dead letters: key of 2000 bytes, more than 1024");
    }

    @Test
    void aFewAmongImagesAreNothingRemarkable() {
        letters.onReconstruction(1);
        for (int i = 0; i < 9; i++) {
            letters.onDeadLetter(new Reason(Reason.Kind.NO_VALUE, "no value"));
        }
        assertThat(letters.alone()).isEmpty();

        letters.onDeadLetter(new Reason(Reason.Kind.NO_VALUE, "no value"));
        assertThat(letters.alone()).contains("the last 10 records were all dead letters: no value");
        letters.onReconstruction(1);
        assertThat(letters.alone()).isEmpty();
    }
}
