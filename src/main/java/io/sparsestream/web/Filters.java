package io.sparsestream.web;

import io.sparsestream.message.FilterPixels;
import java.util.Map;

/**
 * What the units of the first hidden layer look for, and which labels make them fire.
 *
 * @param rows height of an image
 * @param columns width of an image
 * @param scale weight of each unit that is shown at full colour
 * @param pixels weights of every unit as grey values [units × pixels], as in {@link FilterPixels}
 * @param selectivity mean activation of every unit, by label
 * @param labelled images of each label that the selectivity has seen
 */
record Filters(
        String model,
        long step,
        String layer,
        int rows,
        int columns,
        float[] scale,
        byte[] pixels,
        Map<String, float[]> selectivity,
        Map<String, Long> labelled) {

    static Filters of(Snapshot snapshot, Shape shape, Selectivity selectivity) {
        FilterPixels filters = FilterPixels.of(snapshot.weights, snapshot.units());
        return new Filters(
                snapshot.activations.model(),
                snapshot.activations.step(),
                snapshot.layer(),
                shape.rows(),
                shape.columns(),
                filters.scale(),
                filters.greys(),
                selectivity.means(),
                selectivity.images());
    }
}
