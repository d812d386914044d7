package io.sparsestream.stream;

import io.sparsestream.message.Reason;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people why records are set aside: the first one's reason at once, then now and then how many there were. Knows when
 * nothing else comes. Written by one thread, read by others.
 */
public final class DeadLetters implements TrainingListener {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final long TELL_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** So many in a row are no accident. */
    private static final long REMARKABLE = 10;

    private final String model;
    private final String topic;
    private final LongSupplier nanos;
    private long count;
    private long told; // of them
    private long toldNanos;
    private volatile boolean images; // whether there has been any
    private volatile InARow last = new InARow(0, "");

    private record InARow(long count, String reason) {}

    /**
     * @param model for people, such as {@code model sparse}
     * @param topic where the dead letters go
     */
    public DeadLetters(String model, String topic) {
        this(model, topic, System::nanoTime);
    }

    DeadLetters(String model, String topic, LongSupplier nanos) {
        this.model = model;
        this.topic = topic;
        this.nanos = nanos;
    }

    @Override
    public void onDeadLetter(Reason reason) {
        count++;
        last = new InARow(last.count() + 1, reason.text());
        if (count == 1) {
            LOG.warn(
                    "{}: a record has gone to topic {}: {}; correct what is sent, or start again with options that fit it",
                    model,
                    topic,
                    reason);
            tell();
        } else if (nanos.getAsLong() - toldNanos >= TELL_EVERY_NANOS) {
            LOG.warn(
                    "{}: {} more records have gone to topic {}, the last for: {}",
                    model,
                    String.format(Locale.ROOT, "%,d", count - told),
                    topic,
                    reason);
            tell();
        }
    }

    private void tell() {
        told = count;
        toldNanos = nanos.getAsLong();
    }

    @Override
    public void onReconstruction(long latencyMillis) {
        if (last.count() > 0) {
            last = new InARow(0, "");
        }
        if (!images) {
            images = true;
        }
    }

    /** What to say where nothing but dead letters comes; empty where images do. */
    public Optional<String> alone() {
        InARow row = last;
        return row.count() == 0 || images && row.count() < REMARKABLE
                ? Optional.empty()
                : Optional.of(
                        row.count() == 1
                                ? "the only record was a dead letter: " + row.reason()
                                : String.format(
                                        Locale.ROOT,
                                        "the last %,d records were all dead letters: %s",
                                        row.count(),
                                        row.reason()));
    }
}
