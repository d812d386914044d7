package io.sparsestream.message;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Objects;

/**
 * What a replica's local steps have changed: the last record of an update, behind its tensors' chunks.
 *
 * @param replica its partition of the images topic
 * @param round of the global parameters that it has started from; -1 if they are those of none
 * @param steps made since
 * @param images trained since
 * @param idle whether it is sent because no more images came: no other is to be waited for until one comes
 * @param architecture layer sizes
 * @param tensors the parameters' changes, in the order of the forward pass; none where there was no step
 */
public record Update(
        int replica,
        long round,
        long steps,
        long images,
        boolean idle,
        List<Integer> architecture,
        List<Manifest.Entry> tensors) {
    /** @throws IllegalArgumentException if it lacks what every update has */
    public Update {
        architecture = required("architecture", architecture);
        tensors = required("tensors", tensors);
    }

    private static <T> List<T> required(String name, List<T> list) {
        if (list == null || list.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("the update has no " + name);
        }
        return List.copyOf(list);
    }

    /** Whether it only says that no more images come, or asks for the parameters. */
    @JsonIgnore
    public boolean isEmpty() {
        return images == 0;
    }
}
