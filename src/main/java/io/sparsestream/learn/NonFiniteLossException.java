package io.sparsestream.learn;

/** Learning has diverged: the loss is infinite or not a number. */
public final class NonFiniteLossException extends ArithmeticException {
    public NonFiniteLossException(long step, Losses losses) {
        super("loss is not finite at step " + step + " (" + losses + "): lower the learning rate");
    }
}
