package io.sparsestream.application;

import io.sparsestream.model.ModelException;
import io.sparsestream.topic.TopicSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;

/**
 * Why an application has stopped, in one line for people: Kafka's own words say neither what has happened to the model nor
 * what to do. A table from cause to text; the first row that fits any cause counts.
 */
public final class FailureText {
    /** What brokers say of what they have not foreseen. */
    private static final String UNEXPLAINED = "The server experienced an unexpected error";

    private static final Pattern TOPIC = Pattern.compile("[Tt]opic:? '?([a-zA-Z0-9._-]+[a-zA-Z0-9_-])");
    private static final Pattern INVALID_PARTITIONS =
            Pattern.compile("topic (\\S+) has invalid partitions: expected: (\\d+); actual: (\\d+)");

    private final Description description;
    private final Optional<String> refusedBy;
    private final List<Row> rows;

    /** A row of the table. The text is made of the cause and of all that Kafka says; it may be empty. */
    private record Row(Class<? extends Throwable> cause, BiFunction<Throwable, String, Optional<String>> text) {
        Optional<String> text(Throwable failure, String words) {
            return cause.isInstance(failure) ? text.apply(failure, words) : Optional.empty();
        }
    }

    private FailureText(Description description, Optional<String> refusedBy) {
        this.description = description;
        this.refusedBy = refusedBy;
        rows = List.of(
                row(
                        InvalidOffsetException.class,
                        (cause, words) -> deleted(((InvalidOffsetException) cause).partitions())),
                row(ProcessorStateException.class, (cause, words) -> state(rootCause(cause))),
                row(FencedInstanceIdException.class, (cause, words) -> copied()),
                row(InvalidTimestampException.class, (cause, words) -> clocks(words)),
                new Row(InvalidRecordException.class, this::timestamps),
                row(RecordTooLargeException.class, (cause, words) -> tooLarge(words)),
                row(RecordBatchTooLargeException.class, (cause, words) -> tooLarge(words)),
                row(KafkaStorageException.class, (cause, words) -> brokerFailed()),
                row(MissingSourceTopicException.class, (cause, words) -> missing(words)),
                row(UnknownTopicOrPartitionException.class, (cause, words) -> missing(words)),
                row(TimeoutException.class, (cause, words) -> silence(cause)),
                new Row(KafkaException.class, this::brokerFailed),
                new Row(StreamsException.class, this::otherPartitions),
                new Row(StreamsException.class, this::inUse));
    }

    private static Row row(Class<? extends Throwable> cause, BiFunction<Throwable, String, String> text) {
        return new Row(cause, (failure, words) -> Optional.of(text.apply(failure, words)));
    }

    /** @param refusedBy topic that has refused a record */
    static FailureText of(Description description, Optional<String> refusedBy) {
        return new FailureText(description, refusedBy);
    }

    /** Whether the failure has words of ours. */
    static boolean isOurs(Throwable failure) {
        return causes(failure).stream().anyMatch(ModelException.class::isInstance);
    }

    /** Whether it comes of something that was waited for in vain. */
    static boolean isTimeout(Throwable failure) {
        return causes(failure).stream().anyMatch(TimeoutException.class::isInstance);
    }

    /**
     * Whether it comes of a transaction that Kafka has rolled back, or cannot say to have committed, which Kafka Streams does
     * not recover from as it does where another producer has taken its place.
     */
    static boolean isOfLostTransaction(Throwable failure) {
        return causes(failure).stream()
                .anyMatch(cause ->
                        cause instanceof InvalidTxnStateException || cause instanceof TransactionAbortableException);
    }

    /** Whether a broker could not say why it does not commit a transaction: it may have been committed, or rolled back. */
    static boolean isOfUnexplainedCommit(Throwable failure) {
        String words = words(causes(failure));
        return words.contains("Unhandled error in EndTxnResponse") && words.contains(UNEXPLAINED);
    }

    /** Whether Kafka knows another member of the group by this one's identity. */
    static boolean isFenced(Throwable failure) {
        return causes(failure).stream().anyMatch(FencedInstanceIdException.class::isInstance);
    }

    /** The failure in one line that says what to do; itself where it speaks for itself, or nobody knows. */
    Throwable explain(Throwable failure) {
        if (isOurs(failure)) {
            return failure;
        }
        List<Throwable> causes = causes(failure);
        String words = words(causes);
        for (Row row : rows) {
            for (Throwable cause : causes) {
                Optional<String> text = row.text(cause, words);
                if (text.isPresent()) {
                    return new ModelException(text.get(), failure);
                }
            }
        }
        return failure;
    }

    /** What to do where memory is not enough. */
    public static String outOfMemory(OutOfMemoryError error) {
        return "out of memory (" + error.getMessage()
                + "): give more by java -Xmx, or by JAVA_OPTS=-Xmx4g of bin/sparsestream";
    }

    /** What a failure says, for people: our own words where there are any, else those of the innermost cause. */
    public static String message(Throwable failure) {
        List<Throwable> causes = causes(failure);
        Throwable speaking = causes.stream()
                .filter(ModelException.class::isInstance)
                .findFirst()
                .orElse(causes.get(causes.size() - 1));
        return speaking.getMessage() == null ? speaking.toString() : speaking.getMessage();
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private static String words(List<Throwable> causes) {
        return causes.stream().map(cause -> String.valueOf(cause.getMessage())).collect(Collectors.joining("\n"));
    }

    private static Throwable rootCause(Throwable failure) {
        List<Throwable> causes = causes(failure);
        return causes.get(causes.size() - 1);
    }

    /** The topic that has refused a record, else the one that Kafka's words name, if they name one. */
    private String topic(String words) {
        Matcher matcher = TOPIC.matcher(words);
        return refusedBy
                .or(() -> matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty())
                .map(topic -> "topic " + topic)
                .orElse("a topic");
    }

    private String deleted(Set<TopicPartition> partitions) {
        if (partitions.stream().allMatch(partition -> partition.topic().equals(description.images()))) {
            return "images that " + description.who() + " has not been trained on have been deleted from topic "
                    + description.images() + " by retention: raise the topic's retention and start a new"
                    + " --model, or go on without them with --on-gap=continue";
        }
        return "records of " + partitions + " that " + description.who()
                + " needs have been deleted by retention: raise the topic's retention and start a new --model";
    }

    private String state(Throwable root) {
        return String.valueOf(root.getMessage()).contains("lock hold by current process")
                ? "the state in " + description.stateDirectory() + " has stayed open when the connections to Kafka were"
                        + " made anew: start again"
                : "the state in " + description.stateDirectory() + " cannot be written or read (" + root.getMessage()
                        + "): make room there and start again";
    }

    private String copied() {
        return "another process has started " + description.who() + " with a copy of the state in "
                + description.stateDirectory() + ": stop that one, or give it an empty --state-dir, and start this one"
                + " again";
    }

    private String clocks(String words) {
        return topic(words) + " does not take the timestamps of " + description.who()
                + ": the clock of this machine and"
                + " that of the broker at " + description.servers() + " are further apart than the topic's"
                + " message.timestamp.after.max.ms (an hour by default) and message.timestamp.before.max.ms allow."
                + " Compare what 'date -u' prints on both and set the wrong clock, or set the topic's"
                + " message.timestamp.type to LogAppendTime, and start again";
    }

    /** Of several refused records Kafka tells the reason in words alone. */
    private Optional<String> timestamps(Throwable cause, String words) {
        return words.contains("Timestamp ") ? Optional.of(clocks(words)) : Optional.empty();
    }

    private String tooLarge(String words) {
        return words.contains("max.request.size")
                ? "a record of " + description.who() + " is larger than the producer's max.request.size: leave out -K"
                        + " producer.max.request.size and -K max.request.size, or give "
                        + TopicSetup.MAX_REQUEST_BYTES
                : topic(words) + " does not take a record of " + description.who() + ", which has up to "
                        + TopicSetup.MAX_REQUEST_BYTES
                        + " bytes: set the topic's max.message.bytes to that and start again";
    }

    private String brokerFailed() {
        return "the broker at " + description.servers()
                + " cannot do what it is asked for, most likely because its disk is full (its log says more): make room"
                + " there, start it again if it has ended, and start this again";
    }

    /** Kafka's clients turn what a broker cannot explain into an exception without a class of its own. */
    private Optional<String> brokerFailed(Throwable cause, String words) {
        return words.contains(UNEXPLAINED) ? Optional.of(brokerFailed()) : Optional.empty();
    }

    private String missing(String words) {
        return topic(words) + " of " + description.who() + " can no longer be found on the broker at "
                + description.servers()
                + ": restore what was deleted and start again, or start again without, which says what that means";
    }

    private String silence(Throwable cause) {
        return "the broker at " + description.servers() + " has not answered in time (" + cause.getMessage()
                + "): see that it runs and can be reached, and start again";
    }

    private Optional<String> otherPartitions(Throwable cause, String words) {
        Matcher matcher = INVALID_PARTITIONS.matcher(String.valueOf(cause.getMessage()));
        return matcher.find()
                ? Optional.of("topic " + description.images() + " has " + matcher.group(2) + " partitions now, but "
                        + description.who() + " began with " + matcher.group(3)
                        + " and cannot go on with others: choose another --model name, or another --topic")
                : Optional.empty();
    }

    private Optional<String> inUse(Throwable cause, String words) {
        return String.valueOf(cause.getMessage()).contains("running in the same state directory")
                ? Optional.of("another process runs " + description.who() + " on the state in "
                        + description.stateDirectory() + ": stop it, or give this one a --state-dir of its own")
                : Optional.empty();
    }
}
