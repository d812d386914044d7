package io.sparsestream.stream.rounds;

import io.sparsestream.message.ReplicaKey;
import io.sparsestream.message.Update;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The round that is open: whose updates have come, whose are waited for, and from which record on it has to be read again
 * after a restart. Replicas are named by their partition. It knows no clock; whoever hands over a record tells the time.
 */
final class OpenRound {
    private final SortedMap<Integer, Incoming> incoming = new TreeMap<>(); // by replica
    private final SortedSet<Integer> expected;
    private long closed;
    private OptionalLong position;
    private Optional<Moment> opened = Optional.empty(); // when the first of the complete updates came

    /** By the clock that timeouts go by, and by the one that durations are measured with. */
    record Moment(long millis, long nanos) {}

    /**
     * A replica's part in a round.
     *
     * @param chunks of its changes, by key
     * @param bytes of its records
     */
    record Contribution(Update update, Map<String, byte[]> chunks, long bytes) {}

    /**
     * A round that is over.
     *
     * @param number rounds closed, this one included
     * @param nanos from the first complete update on
     * @param contributions by replica
     * @param late replicas whose local steps had begun from an older round's parameters
     * @param missing replicas that were waited for in vain
     */
    record Closed(
            long number,
            long nanos,
            SortedMap<Integer, Contribution> contributions,
            SortedSet<Integer> late,
            SortedSet<Integer> missing) {
        /** Replicas that have the parameters which the round began from. */
        SortedSet<Integer> onTime() {
            SortedSet<Integer> onTime = new TreeSet<>(contributions.keySet());
            onTime.removeAll(late);
            return onTime;
        }

        long bytes() {
            return contributions.values().stream()
                    .mapToLong(Contribution::bytes)
                    .sum();
        }
    }

    /** What has come of an update. */
    private static final class Incoming {
        private final long offset; // of its first record
        private final Map<String, byte[]> chunks = new HashMap<>();
        private long bytes;
        private Optional<Update> update = Optional.empty(); // its last record

        Incoming(long offset) {
            this.offset = offset;
        }

        boolean isComplete() {
            return update.isPresent();
        }

        Contribution contribution() {
            return new Contribution(update.orElseThrow(), chunks, bytes);
        }
    }

    /**
     * @param closed rounds before this one
     * @param expected replicas that are waited for
     * @param position offset of the next record, where one has come
     */
    OpenRound(long closed, Collection<Integer> expected, OptionalLong position) {
        this.closed = closed;
        this.expected = new TreeSet<>(expected);
        this.position = position;
    }

    /** The next record stands at that offset, or behind it. */
    void moveTo(long offset) {
        position = OptionalLong.of(offset);
    }

    /** Takes a chunk of an update. */
    void receive(ReplicaKey key, byte[] chunk, long offset) {
        incoming(key.replica(), chunk.length, offset).chunks.put(key.name(), chunk);
    }

    /**
     * Takes the last record of an update.
     *
     * @param bytes of the record
     */
    void complete(Update update, int bytes, long offset, Moment now) {
        incoming(update.replica(), bytes, offset).update = Optional.of(update);
        if (opened.isEmpty()) {
            opened = Optional.of(now);
        }
    }

    private Incoming incoming(int replica, int bytes, long offset) {
        moveTo(offset + 1);
        Incoming from = incoming.computeIfAbsent(replica, each -> new Incoming(offset));
        from.bytes += bytes;
        return from;
    }

    /** Forgets the update of a replica that has nothing to add. */
    void forget(int replica) {
        incoming.remove(replica);
        if (completeUpdates() == 0) {
            opened = Optional.empty();
        }
    }

    /** Forgets its update, and waits for none of it. */
    void dismiss(int replica) {
        forget(replica);
        expected.remove(replica);
    }

    /** Updates that have come whole. */
    long completeUpdates() {
        return incoming.values().stream().filter(Incoming::isComplete).count();
    }

    /** Whether there is nobody to wait for. */
    boolean isComplete() {
        return opened.isPresent() && !isAmidUpdate() && missing().isEmpty();
    }

    /** Whether the first update came so long ago that the round is closed with those that have come. */
    boolean isOverdue(long nowMillis, Duration timeout) {
        return !isAmidUpdate()
                && opened.filter(first -> nowMillis - first.millis() >= timeout.toMillis())
                        .isPresent();
    }

    /**
     * Whether the rest of an update is about to come: it is committed as one. A round that was closed in between would have
     * its updates among the records that the next one has to read again, and they would be added twice.
     */
    private boolean isAmidUpdate() {
        return completeUpdates() < incoming.size();
    }

    private SortedSet<Integer> missing() {
        SortedSet<Integer> missing = new TreeSet<>(expected);
        missing.removeIf(replica ->
                incoming.containsKey(replica) && incoming.get(replica).isComplete());
        return missing;
    }

    /**
     * Closes it with the updates that have come, and opens the next one.
     *
     * @throws IllegalStateException if it is neither complete nor can be overdue
     */
    Closed close(Moment now) {
        if (opened.isEmpty() || isAmidUpdate()) {
            throw new IllegalStateException("a round is closed between two updates, and has at least one");
        }
        long nanos = now.nanos() - opened.get().nanos();
        SortedSet<Integer> missing = missing();
        SortedMap<Integer, Contribution> contributions = new TreeMap<>();
        incoming.forEach((replica, from) -> contributions.put(replica, from.contribution()));
        incoming.clear();
        opened = Optional.empty();
        SortedSet<Integer> late = new TreeSet<>();
        contributions.forEach((replica, contribution) -> {
            if (contribution.update().round() < closed) {
                late.add(replica);
            }
        });
        expected.removeAll(missing);
        contributions.forEach((replica, contribution) -> {
            if (contribution.update().idle()) {
                expected.remove(replica);
            } else {
                expected.add(replica);
            }
        });
        closed++;
        return new Closed(closed, nanos, contributions, late, missing);
    }

    /** Rounds closed before this one. */
    long number() {
        return closed;
    }

    /** Replicas that are waited for. */
    Set<Integer> expected() {
        return Collections.unmodifiableSet(expected);
    }

    /** The offset behind the last record, where one has come. */
    OptionalLong position() {
        return position;
    }

    /** The offset of the first record that a restart has to read again, where one has come. */
    OptionalLong firstOffset() {
        OptionalLong first =
                incoming.values().stream().mapToLong(from -> from.offset).min();
        return first.isPresent() ? first : position;
    }
}
