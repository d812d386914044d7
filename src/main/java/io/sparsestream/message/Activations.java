package io.sparsestream.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LiveMeasures;
import io.sparsestream.learn.RunningAverage;
import io.sparsestream.learn.StepResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The state of learning after a step: loss terms and average activations.
 *
 * @param model the model's name
 * @param replica of several that learn the model: its partition of the images topic; null otherwise
 * @param step updates before this step
 * @param images images trained so far, this step's included
 * @param loss total, mse, l2, kl
 * @param layers by the name of the hidden layer
 * @param measures how sparse and selective the layers are, and what can be read from them; null where that is not measured
 */
public record Activations(
        String model,
        @JsonInclude(JsonInclude.Include.NON_NULL) Integer replica,
        long step,
        long images,
        Map<String, Double> loss,
        Map<String, Layer> layers,
        @JsonInclude(JsonInclude.Include.NON_NULL) LiveMeasures.Summary measures) {

    /** @throws IllegalArgumentException if it lacks what every step has */
    public Activations {
        require(loss != null, "loss");
        require(layers != null && layers.values().stream().noneMatch(Objects::isNull), "layers");
        require(measures == null || measures.layers() != null, "layers that were measured");
    }

    private static void require(boolean holds, String name) {
        if (!holds) {
            throw new IllegalArgumentException("the state of learning has no " + name);
        }
    }

    /**
     * One hidden layer.
     *
     * @param mean over units and this mini-batch
     * @param runningAverage over units: {@code all} images, and {@code recent} ones
     * @param dead fraction of units that were active for none of the images of late; null where that is not measured
     * @param saturated fraction of units that are always on
     * @param units recent running average of every unit
     */
    public record Layer(double mean, Map<String, Double> runningAverage, Double dead, double saturated, float[] units) {
        /** @throws IllegalArgumentException if it lacks what every layer has */
        public Layer {
            require(runningAverage != null, "running average of a layer");
            require(units != null, "units of a layer");
        }
    }

    /** Of a model that learns from one partition. */
    public static Activations of(String model, StepResult result, Learner learner) {
        return of(model, null, result, learner);
    }

    public static Activations of(String model, Integer replica, StepResult result, Learner learner) {
        Map<String, Double> loss = new LinkedHashMap<>();
        loss.put("total", result.losses().total());
        loss.put("mse", result.losses().mse());
        loss.put("l2", result.losses().l2());
        loss.put("kl", result.losses().kl());
        Optional<LiveMeasures.Summary> measures = learner.measures().map(LiveMeasures::summary);
        Map<String, Layer> layers = new LinkedHashMap<>();
        List<RunningAverage> averages = learner.averages();
        for (int i = 0; i < averages.size(); i++) {
            RunningAverage average = averages.get(i);
            Map<String, Double> running = new LinkedHashMap<>();
            running.put("all", average.meanOfAll());
            running.put("recent", average.meanOfRecent());
            float[] units = new float[average.recent().length];
            for (int j = 0; j < units.length; j++) {
                units[j] = (float) average.recent()[j]; // seven digits are enough to look at
            }
            double mean = RunningAverage.mean(result.forward().meanActivations()[i]);
            Double dead = measures.map(summary -> summary.layers().get(average.layer())) // which has seen images
                    .map(LiveMeasures.OfLayer::deadShare)
                    .orElse(null);
            layers.put(average.layer(), new Layer(mean, running, dead, average.saturated(), units));
        }
        return new Activations(
                model, replica, result.step(), learner.state().images(), loss, layers, measures.orElse(null));
    }
}
