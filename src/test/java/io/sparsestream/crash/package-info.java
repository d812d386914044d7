/**
 * Kills processes of the real pipeline at random moments and compares what is left with a run that was never disturbed.
 * Patterned on the idea of Kafka's own exactly-once system tests: write a known input, kill, verify the output.
 */
package io.sparsestream.crash;
