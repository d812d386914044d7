package io.sparsestream.stream;

/** Training cannot start or go on; the message is one line for people, saying what to do. */
public class TrainerException extends RuntimeException {
    public TrainerException(String message) {
        super(message);
    }

    public TrainerException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A topic without which the model cannot go on is another one than before. */
    static TrainerException replaced(String topic, String model, String expected, String found) {
        return new TrainerException("topic " + topic + " was deleted and created again: model " + model
                + " has learned with the one with the id " + expected + ", this one is " + found
                + ": restore the topic, or start a new --model");
    }
}
