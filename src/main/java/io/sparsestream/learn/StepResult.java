package io.sparsestream.learn;

/**
 * One training step, seen before its update: test, then train.
 *
 * @param step number of updates before this one, so the first step is 0
 * @param batch the images it was trained on, with their labels; the caller's own, so it holds until that clears it
 * @param losses prequential losses of the mini-batch
 * @param forward reconstructions by the weights before the update
 */
public record StepResult(long step, MiniBatch batch, Losses losses, ForwardPass forward) {}
