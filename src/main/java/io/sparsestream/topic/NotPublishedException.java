package io.sparsestream.topic;

import io.sparsestream.model.ModelException;

/** No model of that name, or of that key, has been published: it may be soon. */
public final class NotPublishedException extends ModelException {
    NotPublishedException(String message) {
        super(message);
    }
}
