package io.sparsestream.dataset;

import java.io.IOException;

/** A dataset that is missing or not what it says; the message names the file and the remedy. */
public final class DatasetException extends IOException {
    DatasetException(String message) {
        super(oneLine(message));
    }

    DatasetException(String message, Exception cause) {
        super(oneLine(message), cause);
    }

    /** Of a file, or an array in one, whose reading has failed; the libraries say nothing where it just ends. */
    static DatasetException unreadable(Object name, IOException cause) {
        return new DatasetException(name + ": cannot be read: " + why(cause), cause);
    }

    /** What is wrong with bytes that could not be read. */
    static String why(IOException cause) {
        return cause.getMessage() == null ? "it is truncated" : cause.getMessage();
    }

    /** What a file has in its names may have ended up in a message. */
    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}+", " ");
    }
}
