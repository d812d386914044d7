package io.sparsestream.crash;

/** A trainer that nobody has killed has ended: a violation of what is promised, whatever its reason. */
final class TrainerEndedException extends Exception {
    TrainerEndedException(String lastLine) {
        super("the trainer has ended by itself: " + lastLine);
    }
}
