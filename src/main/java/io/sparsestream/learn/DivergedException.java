package io.sparsestream.learn;

/** Learning has diverged: the loss is infinite, not a number, or beyond all sense. */
public final class DivergedException extends ArithmeticException {
    public DivergedException(long step, Losses losses) {
        super("learning has diverged at step " + step + " (" + losses
                + "); the last checkpoint stands: lower the learning rate, under a new --model name");
    }
}
