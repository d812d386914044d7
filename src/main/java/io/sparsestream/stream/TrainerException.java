package io.sparsestream.stream;

/** Training cannot start or go on; the message is one line for people, saying what to do. */
public class TrainerException extends RuntimeException {
    public TrainerException(String message) {
        super(message);
    }

    public TrainerException(String message, Throwable cause) {
        super(message, cause);
    }
}
