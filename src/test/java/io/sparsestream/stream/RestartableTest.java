package io.sparsestream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class RestartableTest {
    private final List<Counting> made = new ArrayList<>();

    /** Remembers what it was handed, as a processor that learns does. */
    private static final class Counting implements Processor<byte[], byte[], byte[], byte[]> {
        private int records;
        private boolean closed;

        @Override
        public void process(Record<byte[], byte[]> record) {
            records++;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void nothingOfAnEarlierStartIsLeft() {
        var restartable = new Restartable<>(() -> {
            made.add(new Counting());
            return made.get(made.size() - 1);
        });
        restartable.close(); // as where it was never started
        restartable.init(null);
        restartable.process(new Record<>(null, null, 0));
        restartable.process(new Record<>(null, null, 0));
        restartable.close();
        restartable.init(null);
        restartable.process(new Record<>(null, null, 0));

        assertThat(made).hasSize(2);
        assertThat(made.get(0).records).isEqualTo(2);
        assertThat(made.get(0).closed).isTrue();
        assertThat(made.get(1).records).isEqualTo(1);
        assertThat(made.get(1).closed).isFalse();
    }
}
