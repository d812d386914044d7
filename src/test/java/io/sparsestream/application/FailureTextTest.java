package io.sparsestream.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.DivergedException;
import io.sparsestream.learn.Losses;
import io.sparsestream.model.ModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Kafka's own words are those of 4.3.1. */
class FailureTextTest {
    private static final FailureText TEXT = FailureText.of(
            new Description(
                    "model m",
                    "broker:9092",
                    "images",
                    Set.of("images"),
                    Set.of("model.m"),
                    Path.of("state"),
                    "start again"),
            Optional.empty());

    private static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        new StreamsException(
                                "Error encountered sending record to topic model.m for task 0_0 due to:",
                                new RecordTooLargeException("The request included a message larger than the max message"
                                        + " size the server will accept.")),
                        "topic model.m does not take a record of model m, which has up to 2097152 bytes: set the topic's"
                                + " max.message.bytes to that and start again"),
                Arguments.of(
                        new StreamsException(
                                "Error encountered sending record to topic model.m for task 0_0 due to:",
                                new RecordTooLargeException(
                                        "The message is 524400 bytes when serialized which is larger"
                                                + " than 100000, which is the value of the max.request.size configuration.")),
                        "a record of model m is larger than the producer's max.request.size: leave out -K"
                                + " producer.max.request.size and -K max.request.size, or give 2097152"),
                Arguments.of(
                        new StreamsException(
                                new OffsetOutOfRangeException(Map.of(new TopicPartition("images", 0), 5L))),
                        "images that model m has not been trained on have been deleted from topic images by retention:"
                                + " raise the topic's retention and start a new --model, or go on without them with"
                                + " --on-gap=continue"),
                Arguments.of(
                        new OffsetOutOfRangeException(Map.of(new TopicPartition("updates.m", 0), 5L)),
                        "records of [updates.m-0] that model m needs have been deleted by retention: raise the topic's"
                                + " retention and start a new --model"),
                Arguments.of(
                        new ProcessorStateException("x", new java.io.IOException("No space left on device")),
                        "the state in state cannot be written or read (No space left on device): make room there and"
                                + " start again"),
                Arguments.of(
                        new ProcessorStateException(
                                "Error opening store checkpoint",
                                new java.io.IOException(
                                        "lock hold by current process, acquire time 1764300000 acquiring"
                                                + " thread 1: state/0_0/rocksdb/checkpoint/LOCK: No locks available")),
                        "the state in state has stayed open when the connections to Kafka were made anew: start again"),
                Arguments.of(
                        new FencedInstanceIdException("The broker rejected this static consumer"),
                        "another process has started model m with a copy of the state in state: stop that one, or"
                                + " give it an empty --state-dir, and start this one again"),
                Arguments.of(
                        new StreamsException("Existing internal topic sparsestream-m-models-changelog has invalid"
                                + " partitions: expected: 3; actual: 2. Use 'org.apache.kafka.tools.StreamsResetter' tool"
                                + " to clean up invalid topics before processing."),
                        "topic images has 3 partitions now, but model m began with 2 and cannot go on with others:"
                                + " choose another --model name, or another --topic"),
                Arguments.of(
                        new StreamsException(
                                "Unable to initialize state, this can happen if multiple instances of Kafka"
                                        + " Streams are running in the same state directory (current state directory is [x]"),
                        "another process runs model m on the state in state: stop it, or give this one a --state-dir of"
                                + " its own"),
                Arguments.of(
                        new MissingSourceTopicException("One or more source topics were missing during rebalance"),
                        "a topic of model m can no longer be found on the broker at broker:9092: restore what was deleted"
                                + " and start again, or start again without, which says what that means"),
                Arguments.of(
                        new StreamsException(
                                new TimeoutException("Topic model.m not present in metadata after 60000 ms.")),
                        "the broker at broker:9092 has not answered in time (Topic model.m not present in metadata after"
                                + " 60000 ms.): see that it runs and can be reached, and start again"),
                Arguments.of(
                        new KafkaStorageException("Disk error when trying to access log file on the disk."),
                        "the broker at broker:9092 cannot do what it is asked for, most likely because its disk is full"
                                + " (its log says more): make room there, start it again if it has ended, and start this"
                                + " again"),
                Arguments.of(
                        new KafkaException("Unexpected error in TxnOffsetCommitResponse: The server experienced an"
                                + " unexpected error when processing the request."),
                        "the broker at broker:9092 cannot do what it is asked for, most likely because its disk is full"
                                + " (its log says more): make room there, start it again if it has ended, and start this"
                                + " again"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void kafkasWordsAreExplained(Throwable failure, String text) {
        Throwable explained = TEXT.explain(failure);

        assertThat(explained).isInstanceOf(ModelException.class).hasMessage(text);
        assertThat(explained.getCause()).isSameAs(failure);
        assertThat(FailureText.message(explained)).isEqualTo(text);
    }

    @Test
    void ourOwnWordsStandAndSoDoesWhatNobodyKnows() {
        List<Throwable> unchanged = List.of(
                new StreamsException(new ModelException("our own words", new TimeoutException("Kafka's"))),
                new StreamsException(new DivergedException(7, new Losses(Double.NaN, 0, 0), "the learning rate")),
                new StreamsException(new IllegalStateException("something else")));

        assertThat(unchanged)
                .allSatisfy(failure -> assertThat(TEXT.explain(failure)).isSameAs(failure));
        assertThat(unchanged)
                .extracting(FailureText::message)
                .containsExactly(
                        "our own words",
                        new DivergedException(7, new Losses(Double.NaN, 0, 0), "the learning rate").getMessage(),
                        "something else");
    }

    /** What Kafka Streams makes of a commit after the broker has ended the transaction by itself. */
    @Test
    void aTransactionThatTheBrokerHasEndedIsKnown() {
        assertThat(FailureText.isOfLostTransaction(new StreamsException(
                        "Error encountered trying to commit a transaction",
                        new KafkaException(new InvalidTxnStateException("in an invalid state")))))
                .isTrue();
        assertThat(FailureText.isOfLostTransaction(new StreamsException(new TimeoutException("after 60000 ms"))))
                .isFalse();
    }
}
