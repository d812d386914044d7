package io.sparsestream.message;

import java.util.List;

/** Where the schemas of Avro records are, by the ids in front of them. Thread-safe. */
public interface SchemaSource {
    /**
     * The JSON of a schema. Waits for a source that is away: if records were judged without it, what is learned would depend on
     * when it was away.
     *
     * @return the schemas that it refers to first, itself last; empty if there is none with this id
     * @throws RuntimeException if it cannot be told, which ends the task
     */
    List<String> schema(int id);

    /** Ends every wait: whoever waits for a schema gets an exception, now and from now on. */
    void leave();
}
