package io.sparsestream.stream.keyed;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.message.Manifest;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How far a task has come with the models of its keys.
 *
 * @param perKey what says which model a record belongs to
 * @param architecture of every model
 * @param hyperparameters of every model
 * @param nextOffset what came before that offset is all in the store
 * @param keys models that have something in the store
 * @param maxKeys how many there could be
 * @param log that offsets are of: the topic's id, and behind an {@code @} the offset from which on it was another log
 *     than before; null in what was written before logs had an identity
 * @param images learned from before {@code nextOffset}, since they were first counted
 * @param checksum sum of these images' checksums
 * @param earlierLimits on the number of models, in force for records of the gap before {@code maxKeys} was
 * @param fields of the inputs; empty if all numbers are inputs, and in what was written before they were kept
 */
record KeyedProgress(
        String perKey,
        List<Integer> architecture,
        Hyperparameters hyperparameters,
        long nextOffset,
        long keys,
        long maxKeys,
        String log,
        long images,
        long checksum,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<EarlierLimit> earlierLimits,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> fields) {
    KeyedProgress {
        fields = fields == null ? List.of() : List.copyOf(fields);
        earlierLimits = earlierLimits == null ? List.of() : List.copyOf(earlierLimits);
    }

    /**
     * A limit on the number of models that a later start has changed.
     *
     * @param upTo offset of the first record that another limit was in force for
     */
    record EarlierLimit(long maxKeys, long upTo) {}

    /** How many models there could be when the record with that offset was handed over. */
    long maxKeysAt(long offset) {
        return earlierLimits.stream()
                .filter(each -> offset < each.upTo())
                .findFirst()
                .map(EarlierLimit::maxKeys)
                .orElse(maxKeys);
    }

    /** Where the gap begins. */
    LogPosition from() {
        return new LogPosition(nextOffset, images, checksum);
    }

    /** Id of the topic that was read; empty where an earlier version has read it. */
    Optional<String> topicId() {
        return Optional.ofNullable(log).map(id -> id.split("@", 2)[0]);
    }

    /** Whether offsets that the manifest of a model tells are of that log. */
    boolean isSameLog(Manifest manifest, String topic) {
        return manifest.log() == null
                ? !log.contains("@")
                : log.equals(manifest.log().topics().get(topic));
    }

    KeyedProgress with(LogPosition from) {
        return new KeyedProgress(
                perKey,
                architecture,
                hyperparameters,
                from.offset(),
                keys,
                maxKeys,
                log,
                from.images(),
                from.checksum(),
                earlierLimits.stream()
                        .filter(each -> each.upTo() > from.offset())
                        .toList(),
                fields);
    }

    KeyedProgress withLog(String other) {
        return new KeyedProgress(
                perKey,
                architecture,
                hyperparameters,
                nextOffset,
                keys,
                maxKeys,
                other,
                images,
                checksum,
                earlierLimits,
                fields);
    }

    /** From that offset on there may be another number of models; a start repeats what came before by the limit of then. */
    KeyedProgress withMaxKeys(long other, long from) {
        List<EarlierLimit> earlier = new ArrayList<>(earlierLimits);
        if (other != maxKeys && from > nextOffset) {
            earlier.add(new EarlierLimit(maxKeys, from));
        }
        return new KeyedProgress(
                perKey, architecture, hyperparameters, nextOffset, keys, other, log, images, checksum, earlier, fields);
    }

    KeyedProgress withKeys(long other) {
        return new KeyedProgress(
                perKey,
                architecture,
                hyperparameters,
                nextOffset,
                other,
                maxKeys,
                log,
                images,
                checksum,
                earlierLimits,
                fields);
    }

    /** @throws ModelException unless that is how the models were started */
    void requireStartedAlike(KeyedProgress other, String model) {
        if (!perKey.equals(other.perKey)
                || !architecture.equals(other.architecture)
                || !hyperparameters.equals(other.hyperparameters)) {
            throw new ModelException("model " + model + " was started with model-per-key=" + perKey + " layers="
                    + new Architecture(architecture) + " "
                    + hyperparameters.values().entrySet().stream()
                            .map(Map.Entry::toString)
                            .collect(Collectors.joining(" "))
                    + ": start it with these, or choose another --model name");
        }
    }
}
