package io.sparsestream.cli.demo;

import io.sparsestream.cli.option.HyperparameterOptions;
import io.sparsestream.cli.option.ModelChoice;
import io.sparsestream.cli.option.Whole;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a demo is to learn, from how much.
 *
 * @param models by name, in the order in which they are shown
 * @param steps of the first model; the others learn from the same images
 * @param partitions of the images topic
 */
record DemoPlan(Map<String, Model> models, long steps, int partitions) {
    /** What a model is to learn with. */
    record Model(Hyperparameters hyperparameters, Architecture architecture) {}

    /** @throws IllegalArgumentException if there are no steps or partitions, or if Kafka would mix up two names */
    DemoPlan {
        Whole.positive("--steps", steps);
        Whole.positive("--partitions", partitions);
        requireDistinct(models.keySet());
    }

    /**
     * Reads the choices.
     *
     * @param choices presets and files of hyperparameters
     * @throws IllegalArgumentException naming the first value that cannot be used
     */
    static DemoPlan of(List<String> choices, HyperparameterOptions hyperparameters, long steps, int partitions) {
        Map<String, Model> models = new LinkedHashMap<>();
        for (String each : new LinkedHashSet<>(choices)) {
            ModelChoice choice = ModelChoice.of(each);
            Model model = new Model(
                    hyperparameters.over(choice.hyperparameters(), choice.architecture()),
                    hyperparameters.architecture(choice.architecture()));
            if (models.put(choice.name(), model) != null) {
                throw new IllegalArgumentException("two models are called " + choice.name() + ": rename a file");
            }
        }
        return new DemoPlan(models, steps, partitions);
    }

    /** Kafka takes dots and underscores in topics' names for one another. */
    private static void requireDistinct(Set<String> names) {
        Map<String, String> spelled = new HashMap<>();
        for (String name : names) {
            String other = spelled.put(name.replace('.', '_'), name);
            if (other != null) {
                throw new IllegalArgumentException("models " + other + " and " + name + " cannot stand side by side,"
                        + " since Kafka takes dots and underscores for one another: rename a file");
            }
        }
    }

    /** Hyperparameters of the first model, whose batch and seed are those of the replay. */
    Hyperparameters first() {
        return models.values().iterator().next().hyperparameters();
    }

    /** Images that every model is trained on. */
    long images() {
        return steps * first().batch();
    }

    /** Images of a model's whole mini-batches. */
    long imagesInBatches(String model) {
        int batch = models.get(model).hyperparameters().batch();
        return images() / batch * batch;
    }
}
