package io.sparsestream.stream.single;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.message.Anomaly;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.TaskHarness;
import io.sparsestream.stream.TaskHarness.Stored;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a listener hears of anomalies is what the topic has. */
class AnomaliesTopologyTest {
    private static final Topics TOPICS = new Topics("sensors");
    private List<String> fields = List.of("a", "b", "c");
    private final TaskHarness task = new TaskHarness(TOPICS, this::topology);
    private final List<Anomaly> heard = new ArrayList<>();
    private final List<Long> timestamps = new ArrayList<>();
    private final Random random = new Random(5);

    private Topology topology(Stored stored) {
        return RealLearner.topology(
                TOPICS,
                new InputFormat(
                        InputFormat.Kind.JSON, fields, new InputFormat.Label.InHeader(), InputFormat.Missing.REFUSED),
                Optional.of(0.999),
                () -> RealLearner.ofVectors(3),
                new TrainingListener() {
                    @Override
                    public void onAnomaly(Anomaly anomaly, long timestamp) {
                        heard.add(anomaly);
                        timestamps.add(timestamp);
                    }
                },
                task,
                stored);
    }

    @AfterEach
    void stop() {
        task.close();
    }

    @Test
    void aListenerHearsOfEachAnomalyOnItsTopicOnce() throws Exception {
        task.start();
        for (int i = 0; i < 2000; i++) {
            send(random.nextGaussian(), i);
        }
        heard.clear();
        timestamps.clear();
        task.read(TOPICS.anomalies());

        for (int i = 2000; i < 2008; i++) {
            send(i == 2003 ? 1000 : random.nextGaussian(), i);
        }

        List<TestRecord<byte[], byte[]>> told = task.read(TOPICS.anomalies());
        assertThat(heard).hasSize(1);
        assertThat(told).hasSize(1);
        assertThat(Json.write(heard.get(0))).isEqualTo(told.get(0).value());
        assertThat(heard.get(0).inputs().get(0).name()).isEqualTo("c");
        assertThat(timestamps).containsExactly(2003L);

        task.restart(2008);
        task.advance(Duration.ofSeconds(2));
        assertThat(heard).as("after the batch was learned from again").hasSize(1);
    }

    /** Of the same number: the weights of each would be another's. */
    @Test
    void aStartWithOtherFieldsIsRefused() {
        task.start();
        for (int i = 0; i < 8; i++) {
            send(1, i);
        }
        TaskHarness.Stored stored = task.closeAndKeep();
        task.log().commit(TaskHarness.images(), 8);
        for (List<String> others : List.of(List.of("a", "c", "b"), List.<String>of())) {
            fields = others;
            assertThatThrownBy(() -> task.start(stored))
                    .rootCause()
                    .isInstanceOf(ModelException.class)
                    .hasMessage("model sensors was started with --fields a,b,c: start it like this, or choose another"
                            + " --model name");
            task.close();
        }
        fields = List.of("a", "b", "c");
        task.start(stored);
    }

    private void send(double third, long timestamp) {
        String json = String.format(
                Locale.ROOT, "{\"a\":%f,\"b\":%f,\"c\":%f}", random.nextGaussian(), random.nextGaussian(), third);
        task.pipe(new TestRecord<>(null, HeaderName.utf8(json), Instant.ofEpochMilli(timestamp)));
    }
}
