package io.sparsestream.learn;

/** Learning has diverged: the loss is infinite, not a number, or beyond all sense. */
public final class DivergedException extends ArithmeticException {
    /**
     * @param step updates made before the step that failed
     * @param culprit what a person has to lower, such as {@code the learning rate}
     */
    public DivergedException(long step, Losses losses, String culprit) {
        super("learning has diverged at step " + step + " (" + losses + "); the last checkpoint stands: lower "
                + culprit + ", under a new --model name");
    }
}
