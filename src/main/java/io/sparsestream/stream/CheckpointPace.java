package io.sparsestream.stream;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.Tensor;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a model's next checkpoint is due: an interval after the last one. That of a large model, of {@value #LARGE} parameters or
 * more, also waits {@value #TIMES} times as long as the last one took: so writing takes at most a tenth of the time. Times are those
 * of the system's clock, in milliseconds.
 */
public final class CheckpointPace {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointPace.class);
    private static final int TIMES = 10;

    /** Whose state has 60 MB. A small one's takes long only where code is cold or a machine is busy, which passes. */
    private static final long LARGE = 5_000_000;

    /** Since a checkpoint may take long for once, and a restart trains again on what came after the last one. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private static final double SECOND = 1000; // milliseconds

    private final String model;
    private final Duration interval;
    private final int times;
    private long since;
    private long due;
    private boolean isLong; // the present time to wait, as the log has said

    /** @param learner the model's */
    public CheckpointPace(String model, Duration interval, Learner learner) {
        this(
                model,
                interval,
                learner.state().tensors().stream().mapToLong(Tensor::size).sum());
    }

    CheckpointPace(String model, Duration interval, long parameters) {
        this.model = model;
        this.interval = interval;
        times = parameters < LARGE ? 0 : TIMES;
    }

    /** The interval begins. */
    public void begin(long now) {
        since = now;
        due = now + interval.toMillis();
    }

    /** The next one is due at once. */
    public void hurry() {
        due = since;
    }

    /** Also if the clock has been set back, which would hold it up. */
    public boolean isDue(long now) {
        return now >= due || now < since;
    }

    /**
     * One was made.
     *
     * @param from when it began
     * @param took how long it took, by another clock, since that of Kafka Streams stands still meanwhile
     */
    public void made(long from, Duration took) {
        begin(from);
        long longer = Math.min(times * took.toMillis(), LONGEST.toMillis());
        if (longer > interval.toMillis() && !isLong) {
            LOG.info(
                    "model {}: a checkpoint took {} s, so the next one comes in {} s instead of {}",
                    model,
                    took.toMillis() / SECOND,
                    longer / SECOND,
                    interval.toMillis() / SECOND);
        }
        isLong = longer > interval.toMillis();
        due = from + took.toMillis() + Math.max(interval.toMillis(), longer);
    }
}
