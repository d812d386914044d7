package io.sparsestream.metrics;

import io.sparsestream.learn.InputBounds;
import io.sparsestream.learn.InputScale;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LiveMeasures;
import io.sparsestream.learn.StepResult;
import io.sparsestream.stream.TrainingListener;
import java.util.Optional;

/**
 * Looks at one learner on its training thread: at each step's error, and every {@value #STEPS_PER_LOOK} steps at what it has learned.
 */
final class LearnerMetrics implements TrainingListener {
    /** Steps between looks: several looks a second at full speed, and the norms of all weights cost next to nothing. */
    private static final int STEPS_PER_LOOK = 50;

    private final MeterGroup group;
    private final ModelWatch watch;
    private final ProgressMetrics progress;
    private final LabelMeters labels;
    private Optional<LearnerMeters> learned = Optional.empty(); // empty until the first step names the layers
    private Optional<ActiveUnitsMeters> activeUnits = Optional.empty(); // likewise
    private Optional<MeasureMeters> measures = Optional.empty(); // empty where the model is not measured, too
    private Optional<ScaleMeters> scale = Optional.empty(); // empty where inputs are not scaled, too
    private volatile long revived;
    private long nextLook; // step at which it is due

    /**
     * @param model as its lines in the log name it
     * @param progress counts the drifts
     */
    LearnerMetrics(MeterGroup group, String model, ProgressMetrics progress) {
        this.group = group;
        this.progress = progress;
        watch = new ModelWatch(model);
        labels = new LabelMeters(group);
    }

    @Override
    public void onStep(StepResult result, Learner learner, long nanos) {
        labels.add(result);
        if (watch.isDrift(result, learner.hyperparameters())) {
            progress.countDrift();
        }
        if (isLookDue(result.step())) {
            nextLook = result.step() + STEPS_PER_LOOK;
            look(LearnerSnapshot.of(result.step(), learner), hasLearned(learner));
            lookForSparsity(result, learner);
            InputBounds.of(learner)
                    .ifPresent(bounds -> scale.ifPresentOrElse(
                            meters -> meters.show(bounds), () -> scale = Optional.of(new ScaleMeters(group, bounds))));
        }
    }

    /** Due too when the steps ran backwards: the learner was restored to an earlier checkpoint. */
    private boolean isLookDue(long step) {
        return step >= nextLook || step < nextLook - STEPS_PER_LOOK;
    }

    /** Not while images are only counted, so that they can be scaled: no unit has answered to any. */
    private static boolean hasLearned(Learner learner) {
        InputScale scale = learner.hyperparameters().scale();
        return !scale.isGiven()
                || learner.state().images() > Math.max(learner.hyperparameters().batch(), scale.after());
    }

    private void look(LearnerSnapshot snapshot, boolean hasLearned) {
        learned.ifPresentOrElse(
                meters -> meters.show(snapshot), () -> learned = Optional.of(new LearnerMeters(group, snapshot)));
        if (hasLearned) {
            watch.lookForStuckLayers(snapshot);
        }
        labels.show();
    }

    private void lookForSparsity(StepResult result, Learner learner) {
        if (activeUnits.isEmpty()) {
            activeUnits = Optional.of(new ActiveUnitsMeters(group, learner.architecture()));
            group.gauge(
                    "sparsestream.units.revived",
                    "Units of the model that had died and have begun anew",
                    () -> revived);
        }
        activeUnits.get().add(result.forward(), learner.hyperparameters());
        revived = learner.state().unitsRevived();
        learner.measures()
                .map(LiveMeasures::summary)
                .ifPresent(summary -> measures.ifPresentOrElse(
                        meters -> meters.show(summary),
                        () -> measures = Optional.of(new MeasureMeters(group, summary))));
    }

    @Override
    public void onResume(Learner learner, long nanos) {
        watch.restart();
    }
}
