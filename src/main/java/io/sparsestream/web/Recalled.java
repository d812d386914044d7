package io.sparsestream.web;

import io.sparsestream.message.Activations;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model said of itself after a step that is long past, as far as the page shows it: small, however many units there
 * are, since it is kept for as long as the process runs.
 *
 * @param loss by term; a null is no number
 * @param layers by the name of the hidden layer
 */
public record Recalled(long step, Map<String, Double> loss, Map<String, Layer> layers) {
    /**
     * One hidden layer.
     *
     * @param recent running average over the units; NaN if it was not told
     * @param active units of an image of late; NaN if that was not measured
     * @param averages how those of the units were distributed, as {@link Ridge#row} has it
     */
    public record Layer(double recent, double active, byte[] averages) {}

    public static Recalled of(Activations said) {
        Map<String, Layer> layers = new LinkedHashMap<>();
        said.layers().forEach((name, layer) -> {
            Double recent = layer.runningAverage().get("recent");
            layers.put(
                    name,
                    new Layer(recent == null ? Double.NaN : recent, active(said, name), Ridge.row(layer.units())));
        });
        return new Recalled(said.step(), said.loss(), layers);
    }

    private static double active(Activations said, String layer) {
        return said.measures() == null || said.measures().layers().get(layer) == null
                ? Double.NaN
                : said.measures().layers().get(layer).l0();
    }
}
