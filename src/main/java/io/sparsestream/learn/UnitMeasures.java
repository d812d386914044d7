package io.sparsestream.learn;

/**
 * What {@link LiveMeasures} say of one unit; null where there is nothing that they could be a measure of.
 *
 * @param density share of the images for which it is active; 0 of a dead one
 * @param selectivity its class selectivity
 * @param label over whose images its activation is greatest, on average
 */
public record UnitMeasures(Double density, Double selectivity, String label) {
    /** Of a model that is not measured. */
    public static final UnitMeasures NONE = new UnitMeasures(null, null, null);
}
