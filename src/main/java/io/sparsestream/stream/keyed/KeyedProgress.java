package io.sparsestream.stream.keyed;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.message.Manifest;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.LogPosition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How far a task has come with the models of its keys.
 *
 * @param perKey what says which model a record belongs to
 * @param architecture of every model
 * @param hyperparameters of every model
 * @param nextOffset what came before that offset is all in the store
 * @param keys models that there are
 * @param maxKeys how many there could be while the gap was read; null unless an earlier version wrote this, whose store does
 *     not tell with which image a model began
 * @param log that offsets are of: the topic's id, and behind an {@code @} each the offsets from which on it was another log
 *     than before; null in what was written before logs had an identity
 * @param images learned from before {@code nextOffset}, since they were first counted
 * @param checksum sum of these images' checksums
 * @param fields of the inputs; empty if all numbers are inputs, and in what was written before they were kept
 */
@JsonIgnoreProperties("earlierLimits") // of a gap in which an earlier version was started with another --max-keys
record KeyedProgress(
        String perKey,
        List<Integer> architecture,
        Hyperparameters hyperparameters,
        long nextOffset,
        long keys,
        @JsonInclude(JsonInclude.Include.NON_NULL) Long maxKeys,
        String log,
        long images,
        long checksum,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> fields) {
    KeyedProgress {
        fields = fields == null ? List.of() : List.copyOf(fields);
    }

    /** By how many models keys of the gap were set aside, where an earlier version read it. */
    Optional<Long> maxKeysOfGap() {
        return Optional.ofNullable(maxKeys);
    }

    /** Where the gap begins. */
    LogPosition from() {
        return new LogPosition(nextOffset, images, checksum);
    }

    /** Id of the topic that was read; empty where an earlier version has read it. */
    Optional<String> topicId() {
        return Optional.ofNullable(log).map(id -> id.split("@", 2)[0]);
    }

    /** Whether it is known to be of the topic with that id. */
    boolean isOf(String topicId) {
        return topicId().equals(Optional.of(topicId));
    }

    /** Offsets below, where the manifest of a model tells them, are of this log. */
    long endOfSameLog(Manifest manifest, String topic) {
        String other = manifest.log() == null
                ? topicId().orElseThrow()
                : manifest.log().topics().getOrDefault(topic, "");
        if (other.equals(log)) {
            return Long.MAX_VALUE;
        }
        return log.startsWith(other + "@")
                ? Stream.of(log.substring(other.length() + 1).split("@"))
                        .mapToLong(Long::parseLong)
                        .min()
                        .orElseThrow()
                : 0;
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
                fields);
    }

    /** Its end was lost, or another topic came in its place. */
    KeyedProgress withLogFrom(String topicId, long offset) {
        return withLog((isOf(topicId) ? log : topicId) + "@" + offset);
    }

    KeyedProgress withLog(String other) {
        return new KeyedProgress(
                perKey, architecture, hyperparameters, nextOffset, keys, maxKeys, other, images, checksum, fields);
    }

    /** The store tells with which image each model of the gap began. */
    KeyedProgress withBeginnings() {
        return new KeyedProgress(
                perKey, architecture, hyperparameters, nextOffset, keys, null, log, images, checksum, fields);
    }

    KeyedProgress withKeys(long other) {
        return new KeyedProgress(
                perKey, architecture, hyperparameters, nextOffset, other, maxKeys, log, images, checksum, fields);
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
