package io.sparsestream.cli.train;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.stream.TrainingListener;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once how long the process took until it learned something new. */
final class FirstStep implements TrainingListener {
    private static final Logger LOG = LoggerFactory.getLogger(FirstStep.class);

    private final String model;
    private boolean seen;

    FirstStep(String model) {
        this.model = model;
    }

    @Override
    public void onStep(StepResult result, Learner learner, long nanos) {
        if (!seen) {
            seen = true;
            LOG.info(
                    "model {}: first new step, {}, {} s after the start of the JVM",
                    model,
                    result.step(),
                    ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
        }
    }
}
