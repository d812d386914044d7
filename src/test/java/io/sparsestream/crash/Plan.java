package io.sparsestream.crash;

/**
 * What a run does.
 *
 * @param shape of the models
 * @param images sent in all
 * @param kills how many
 * @param seed of the moments, and of which images are sent
 * @param longestPause seconds that a killed broker at most stays away
 * @param guarantee Kafka Streams' processing.guarantee
 */
record Plan(Scenario scenario, Shape shape, int images, int kills, long seed, double longestPause, String guarantee) {}
