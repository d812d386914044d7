package io.sparsestream.crash;

/**
 * What a run does.
 *
 * @param images sent in all
 * @param kills how many
 * @param seed of the moments and of the order of images
 * @param longestPause seconds that a killed broker at most stays away
 * @param guarantee Kafka Streams' processing.guarantee
 */
record Plan(Scenario scenario, int images, int kills, long seed, double longestPause, String guarantee) {}
