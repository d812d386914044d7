package io.sparsestream.model;

/** Training cannot start or go on; the message is one line for people, saying what to do. */
public class ModelException extends RuntimeException {
    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A topic without which the model cannot go on is another one than before. */
    public static ModelException replaced(String topic, String model, String expected, String found) {
        return new ModelException("topic " + topic + " was deleted and created again: model " + model
                + " has learned with the one with the id " + expected + ", this one is " + found
                + ": restore the topic, or start a new --model");
    }
}
