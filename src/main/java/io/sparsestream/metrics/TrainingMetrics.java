package io.sparsestream.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.sparsestream.learn.Learner;
import io.sparsestream.message.ControlResult;
import io.sparsestream.stream.Round;
import io.sparsestream.stream.TrainingListener;
import java.util.Optional;

/**
 * The training of one model as meters. Those of a model that one task trains alone last as long as the process. Those of
 * a replica have its partition as a tag, too, and last until its task ends; those of rounds until the averager's ends.
 *
 * <p>The trainer asks for {@link #single} or {@link #replica}, as the images topic has one partition or several. This class
 * registers nothing before: Prometheus takes a meter either with the replica's tag or without.
 */
public final class TrainingMetrics implements TrainingListener {
    private final MeterRegistry registry;
    private final String model;
    private Optional<RoundMeters> rounds = Optional.empty(); // empty unless this process closes rounds

    /** Registers nothing yet. */
    public TrainingMetrics(MeterRegistry registry, String model) {
        this.registry = registry;
        this.model = model;
    }

    /** Registers what is known without a learner; its first step registers the rest. */
    @Override
    public TrainingListener single() {
        MeterGroup single = group();
        return training(single, model).and(new ControlMeters(single));
    }

    /** The same with the replica's tag; its end removes all. */
    @Override
    public TrainingListener replica(int partition) {
        MeterGroup replica = group().replica(partition);
        return training(replica, model + "/" + partition).and(new ReplicaMetrics(replica));
    }

    private static TrainingListener training(MeterGroup group, String name) {
        ProgressMetrics progress = new ProgressMetrics(group);
        return progress.and(new LearnerMetrics(group, name, progress));
    }

    private MeterGroup group() {
        return MeterGroup.of(registry, model);
    }

    /** Registers the meters of rounds at 0: rounds that never come are told by a counter that does not grow. */
    @Override
    public void onAveraging() {
        rounds();
    }

    @Override
    public void onRound(Round closed) {
        rounds().add(closed);
    }

    /** Of several replicas, which the averager steers together. */
    @Override
    public void onControl(ControlResult result, Learner learner) {
        rounds().control().onControl(result, learner);
    }

    private RoundMeters rounds() {
        if (rounds.isEmpty()) {
            rounds = Optional.of(new RoundMeters(group()));
        }
        return rounds.get();
    }

    /** The averager has ended: another process may close the next round. */
    @Override
    public void onEnd() {
        rounds.ifPresent(RoundMeters::close);
        rounds = Optional.empty();
    }
}
