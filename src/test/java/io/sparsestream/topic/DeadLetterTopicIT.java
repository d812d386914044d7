package io.sparsestream.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.message.DeadLetter;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Reason;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.DeadLetterTopic.Kind;
import io.sparsestream.topic.DeadLetterTopic.Letter;
import io.sparsestream.topic.DeadLetterTopic.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Any number of reasons, in any number of partitions, of which some are not ours. */
class DeadLetterTopicIT extends OnRealBroker {
    private List<ProducerRecord<byte[], byte[]>> letters(int count, String reason) {
        List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            letters.add(new ProducerRecord<>(
                    TOPICS.deadLetters(),
                    i % 2,
                    (byte[]) null,
                    HeaderName.utf8("value"),
                    DeadLetter.headers(
                            new RecordHeaders(),
                            "images",
                            0,
                            i,
                            new Reason(Reason.Kind.COUNT, reason.replace("#", Integer.toString(i))))));
        }
        return letters;
    }

    @Test
    void reasonsAreToldApartByTheirKindAndTheirNumberIsBounded() throws Exception {
        assertThat(DeadLetterTopic.read(kafka, TOPICS, 1000, 3)).isEmpty();
        TopicSetup.create(kafka, TOPICS.deadLetters(), 2, Optional.empty(), Map.of());
        assertThat(DeadLetterTopic.read(kafka, TOPICS, 1000, 3)).contains(new Report(0, true, List.of(), List.of()));

        send(letters(30, "value of # bytes, not 784"));
        send(letters(4, "field a is -#.5e-3"));
        Report report = DeadLetterTopic.read(kafka, TOPICS, 1000, 3).orElseThrow();
        assertThat(report.records()).isEqualTo(34);
        assertThat(report.complete()).isTrue();
        assertThat(report.reasons())
                .containsExactly(new Kind("value of N bytes, not N", 30), new Kind("field a is -N", 4));
        assertThat(report.last()).hasSize(3).extracting(Letter::key).containsOnlyNulls();
        assertThat(DeadLetterTopic.read(kafka, TOPICS, 10, 0).orElseThrow())
                .isEqualTo(new Report(
                        20,
                        false,
                        List.of(new Kind("value of N bytes, not N", 16), new Kind("field a is -N", 4)),
                        List.of()));

        assertThat(DeadLetterTopic.kind("shape '28x1' is not of 784 uint16 values"))
                .isEqualTo("shape 'NxN' is not of N uint16 values");

        for (char letter = 'a'; letter <= 'z'; letter++) {
            send(letters(1, "dtype is '" + letter + "'"));
        }
        send(new ProducerRecord<>(TOPICS.deadLetters(), HeaderName.utf8("by hand")));
        List<Kind> reasons =
                DeadLetterTopic.read(kafka, TOPICS, 1000, 0).orElseThrow().reasons();
        assertThat(reasons).hasSize(DeadLetterTopic.MOST_KINDS + 1);
        assertThat(reasons.stream().mapToLong(Kind::records).sum()).isEqualTo(34 + 26 + 1);
        assertThat(reasons.get(1)).isEqualTo(new Kind(DeadLetterTopic.OTHER, 9));
    }
}
