package io.sparsestream.dataset;

import java.io.IOException;

/** A dataset that is missing or not what it says; the message names the file and the remedy. */
public final class DatasetException extends IOException {
    DatasetException(String message) {
        super(message);
    }

    DatasetException(String message, IOException cause) {
        super(message, cause);
    }
}
