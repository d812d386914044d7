package io.sparsestream.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.message.Anomaly;
import io.sparsestream.message.Reason;
import io.sparsestream.stream.TrainingListener;

/**
 * Scoring by one model as meters, for the whole life of the process. The names are those of training where they mean the same;
 * the tag {@code mode} tells them apart.
 */
public final class ScoreMetrics implements TrainingListener {
    private final Counter scores;
    private final DeadLetterMeters deadLetters;
    private final AnomalyMeters anomalies;

    public ScoreMetrics(MeterRegistry registry, String model) {
        MeterGroup group = new MeterGroup(registry, Tags.of("model", model, "mode", "score"));
        scores = group.counter("sparsestream.scores", "scores", "Records scored by this process");
        deadLetters = new DeadLetterMeters(group);
        anomalies = new AnomalyMeters(group);
    }

    @Override
    public void onScore(ForwardPass forward) {
        scores.increment();
        anomalies.add(forward);
    }

    @Override
    public void onDeadLetter(Reason reason) {
        deadLetters.count(reason);
    }

    @Override
    public void onAnomaly(Anomaly anomaly, long timestamp) {
        anomalies.count();
    }
}
