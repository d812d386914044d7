package io.sparsestream.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.learn.LiveMeasures;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/** What two runs must have in common. */
enum Likeness {
    /** Everything, of two runs of the same version. */
    ALL {
        @Override
        boolean isOf(String array) {
            return true;
        }

        @Override
        boolean isIn(Collection<?> names, Collection<?> found) {
            return List.copyOf(names).equals(List.copyOf(found));
        }

        @Override
        boolean isIn(JsonNode json, JsonNode found) {
            return json.equals(found);
        }
    },
    /**
     * What the expected one has: a later version may leave more arrays, headers and fields of JSON, and may measure otherwise what
     * it tells of a model but does not learn by.
     */
    AT_LEAST {
        @Override
        boolean isOf(String array) {
            return !LiveMeasures.isOne(array);
        }

        @Override
        boolean isIn(Collection<?> names, Collection<?> found) {
            return found.containsAll(names);
        }

        @Override
        boolean isIn(JsonNode json, JsonNode found) {
            if (json.isObject()) {
                return found.isObject()
                        && json.properties().stream()
                                .filter(each -> !MEASURES.contains(each.getKey()))
                                .allMatch(each -> isIn(each.getValue(), found.path(each.getKey())));
            }
            boolean isOfObjects = json.isArray() && json.path(0).isObject();
            return isOfObjects
                    ? StreamSupport.stream(json.spliterator(), false)
                            .filter(each -> isOf(each.path("name").asText()))
                            .allMatch(each -> StreamSupport.stream(found.spliterator(), false)
                                    .anyMatch(other -> isIn(each, other)))
                    : json.equals(found);
        }
    };

    /** Of the state of learning on the activations topic. */
    private static final Set<String> MEASURES = Set.of("measures", "dead");

    /** Whether the runs have an array of a checkpoint in common. */
    abstract boolean isOf(String array);

    /** Whether names, or headers, are those that were found. */
    abstract boolean isIn(Collection<?> names, Collection<?> found);

    /** Whether JSON is what was found. */
    abstract boolean isIn(JsonNode json, JsonNode found);
}
