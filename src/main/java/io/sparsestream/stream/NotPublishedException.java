package io.sparsestream.stream;

/** No model of that name, or of that key, has been published: it may be soon. */
public final class NotPublishedException extends TrainerException {
    NotPublishedException(String message) {
        super(message);
    }
}
