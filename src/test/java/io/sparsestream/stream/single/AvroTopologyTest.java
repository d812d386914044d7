package io.sparsestream.stream.single;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.message.HeaderName;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.SchemaSource;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.TaskHarness;
import io.sparsestream.stream.TaskHarness.Stored;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.support.AvroRecords;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records of Avro in a task: misfits are dead letters, a registry that is away is none. */
class AvroTopologyTest {
    private static final Topics TOPICS = new Topics("sensors");
    private static final String OLD = schema("\"a\",\"type\":\"double\"", "\"b\",\"type\":\"int\"");
    private static final String NEW = schema("\"b\",\"type\":\"long\"", "\"a\",\"type\":[\"null\",\"double\"]");

    private final AvroRecords schemas = new AvroRecords().with(1, OLD).with(2, NEW);
    private final TaskHarness task = new TaskHarness(TOPICS, this::topology);
    private final Random random = new Random(5);
    private boolean isAway;
    private int sent;

    private static String schema(String... fields) {
        return "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":" + String.join("},{\"name\":", fields)
                + "}]}";
    }

    /** The records' schemas, while the registry is not away. */
    private final class Registry implements SchemaSource {
        @Override
        public List<String> schema(int id) {
            if (isAway) {
                throw new ModelException("the schema registry is away");
            }
            return schemas.schema(id);
        }

        @Override
        public void leave() {}
    }

    private Topology topology(Stored stored) {
        return RealLearner.topology(
                TOPICS,
                new InputFormat(
                        InputFormat.Kind.AVRO,
                        List.of("a", "b"),
                        new InputFormat.Label.InHeader(),
                        InputFormat.Missing.REFUSED,
                        Optional.of(new Registry())),
                Optional.empty(),
                () -> RealLearner.ofVectors(2),
                new TrainingListener() {},
                task,
                stored);
    }

    @AfterEach
    void stop() {
        task.close();
    }

    @Test
    void misfitsAreSetAsideWithTheirReasons() throws Exception {
        task.start();
        byte[] good = schemas.write(1, Map.of("a", 1.0, "b", 2));
        List<byte[]> misfits = new ArrayList<>();
        misfits.add(Arrays.copyOf(good, good.length - 1));
        byte[] unknown = good.clone();
        unknown[4] = 9;
        misfits.add(unknown);
        misfits.add(new byte[] {1});
        misfits.add(schemas.write(2, new HashMap<>(Map.of("b", 3L))));
        misfits.forEach(this::send);
        send(good);

        List<TestRecord<byte[], byte[]>> dead = task.read(TOPICS.deadLetters());
        assertThat(dead.stream().map(each -> HeaderName.text(each.headers(), HeaderName.REASON)))
                .containsExactly(
                        "value ends within its record",
                        "schema 9 is not known to the schema registry",
                        "value does not begin with a byte 0 and the four bytes of a schema's id",
                        "field a is null");
        assertThat(dead.stream().map(TestRecord::value)).containsExactlyElementsOf(misfits);
        task.advance(Duration.ofSeconds(2));
        assertThat(task.read(TOPICS.reconstructions())).hasSize(1);
    }

    @Test
    void aRegistryThatIsAwayEndsTheTaskWithoutADeadLetter() throws Exception {
        task.start();
        for (int i = 0; i < 4; i++) {
            send(schemas.write(1, Map.of("a", random.nextDouble(), "b", i)));
        }
        isAway = true;
        byte[] evolved = schemas.write(2, Map.of("a", random.nextDouble(), "b", 5L));
        assertThatThrownBy(() -> send(evolved)).hasStackTraceContaining("the schema registry is away");
        assertThat(task.read(TOPICS.deadLetters())).isEmpty();
    }

    private void send(byte[] value) {
        task.pipe(new TestRecord<>(null, value, Instant.ofEpochMilli(sent++)));
    }
}
