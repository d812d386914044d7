package io.sparsestream.application;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker whether it is there, and whether the topics are those that it had at first. Kafka's clients wait for both
 * without a word, for as long as it takes.
 */
public final class BrokerWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerWatch.class);
    private static final int LIMIT_MILLIS = 5_000;
    /** A broker that is started again is away for less. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final long TELL_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Description description;
    private final Map<String, Object> kafka;
    private final Map<String, Uuid> ids = new HashMap<>(); // as first seen
    private Set<String> missing = Set.of(); // when asked last
    private Admin admin;
    /** When the first of the latest questions was sent, of which none has had an answer; empty where the last one had. */
    private volatile OptionalLong unansweredNanos = OptionalLong.empty();

    private long toldNanos; // when the silence was told last
    private boolean told;

    BrokerWatch(Map<String, Object> kafka, Description description) {
        this.kafka = kafka;
        this.description = description;
        admin = Admin.create(kafka);
    }

    /** The clock that the admin client waits by has been set back. */
    synchronized void reconnect() {
        admin.close(Duration.ZERO);
        admin = Admin.create(kafka);
    }

    /** What the broker has said of the topics. */
    private record Answer(Map<String, Uuid> ids, Set<String> unknown) {}

    /**
     * Asks, and waits 5 s for the answer.
     *
     * @param surely whether what is missing must have been missing before, as what has just been created may be
     * @return why nothing can come any more, in one line
     */
    synchronized Optional<String> ask(boolean surely) throws InterruptedException {
        Optional<Answer> answer = answer();
        return answer.flatMap(this::replaced).or(() -> answer.flatMap(each -> gone(each.unknown(), surely)));
    }

    /**
     * Asks, and waits 5 s for the answer. A topic that is missing is none that was read from another's offset.
     *
     * @return which topic that is read has another in its place, in one line
     */
    synchronized Optional<String> askReplaced() throws InterruptedException {
        return answer().flatMap(this::replaced);
    }

    /** Empty where the broker has not answered. */
    private Optional<Answer> answer() throws InterruptedException {
        Map<String, Uuid> found = new HashMap<>();
        Set<String> unknown = new TreeSet<>();
        try {
            for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : admin.describeTopics(
                            description.topics(), new DescribeTopicsOptions().timeoutMs(LIMIT_MILLIS))
                    .topicNameValues()
                    .entrySet()) {
                try {
                    found.put(
                            topic.getKey(),
                            topic.getValue()
                                    .get(LIMIT_MILLIS, TimeUnit.MILLISECONDS)
                                    .topicId());
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                        unknown.add(topic.getKey());
                    } else if (!(e.getCause() instanceof AuthorizationException)) {
                        throw e;
                    }
                }
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            unanswered();
            return Optional.empty();
        }
        answered();
        return Optional.of(new Answer(found, unknown));
    }

    private Optional<String> replaced(Answer answer) {
        Map<String, Uuid> found = answer.ids();
        found.forEach(ids::putIfAbsent);
        for (String topic : description.read()) {
            if (found.containsKey(topic) && !found.get(topic).equals(ids.get(topic))) {
                return Optional.of("topic " + topic + " has been deleted and created again (its id was "
                        + ids.get(topic) + " and is " + found.get(topic) + "), and " + description.who()
                        + " has read the one before: " + description.ifReplaced());
            }
        }
        return Optional.empty();
    }

    private Optional<String> gone(Set<String> unknown, boolean surely) {
        Set<String> gone = new TreeSet<>(unknown);
        gone.retainAll(ids.keySet());
        if (surely) {
            gone.retainAll(missing);
        }
        missing = new HashSet<>(unknown);
        if (gone.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                gone.containsAll(ids.keySet())
                        ? "the broker at " + description.servers() + " has lost all topics of " + description.who()
                                + " ("
                                + String.join(", ", gone) + "): restore its data and start again, or begin anew"
                                + " under another --model name"
                        : (gone.size() == 1 ? "topic " : "topics ") + String.join(", ", gone)
                                + " of " + description.who() + " can no longer be found on the broker at "
                                + description.servers() + ": restore what was deleted and start again, or start"
                                + " again without, which says what that means");
    }

    private void unanswered() {
        long now = System.nanoTime();
        if (unansweredNanos.isEmpty()) {
            // Not when it was sent: if this process has been stopped meanwhile, that says nothing about the broker.
            unansweredNanos = OptionalLong.of(now - TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS));
        }
        if (silence().isPresent() && (!told || now - toldNanos >= TELL_EVERY_NANOS)) {
            told = true;
            toldNanos = now;
            LOG.warn(
                    "{}: {}; is it running, and can it be reached from here? All goes on by itself once it answers",
                    description.who(),
                    silence().get());
        }
    }

    private void answered() {
        unansweredNanos = OptionalLong.empty();
        if (told) {
            told = false;
            LOG.info("{}: the broker at {} answers again", description.who(), description.servers());
        }
    }

    /** What to say where the broker has not answered for a while. */
    Optional<String> silence() {
        OptionalLong since = unansweredNanos;
        long nanos = since.isEmpty() ? 0 : System.nanoTime() - since.getAsLong();
        return nanos < SILENCE_NANOS
                ? Optional.empty()
                : Optional.of("the broker at " + description.servers() + " has not answered for "
                        + TimeUnit.NANOSECONDS.toSeconds(nanos) + " s");
    }

    @Override
    public synchronized void close() {
        admin.close(Duration.ZERO);
    }
}
