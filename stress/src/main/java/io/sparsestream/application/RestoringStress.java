package io.sparsestream.application;

import org.apache.kafka.common.TopicPartition;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;

/** Who asks whether the checkpoint is being read sees the beginning soon. */
@JCStressTest(Mode.Termination)
@Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE)
@Outcome(id = "STALE", expect = Expect.FORBIDDEN)
@State
public class RestoringStress {
    private static final TopicPartition PARTITION = new TopicPartition("checkpoints", 0);

    private final Restoring restoring = new Restoring();

    @Actor
    public void health() {
        while (!restoring.isNow()) {
            // asks again
        }
    }

    @Signal
    public void stream() {
        restoring.onRestoreStart(PARTITION, "store", 0, 1);
    }
}
