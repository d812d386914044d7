package io.sparsestream.trainer;

import io.sparsestream.learn.Learner;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.keyed.KeyedListener;
import io.sparsestream.stream.keyed.KeyedTopology;
import io.sparsestream.stream.keyed.PerKey;
import io.sparsestream.stream.rounds.Replication;
import io.sparsestream.stream.rounds.RoundsTopology;
import io.sparsestream.stream.single.SingleTopology;
import io.sparsestream.stream.single.StepQueue;
import io.sparsestream.topic.SourceLog;
import io.sparsestream.topic.Topics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.Topology;

/** One of the three ways to learn: which topics it reads, where a new model begins to read them, and its topology. */
interface Mode {
    /** Partitions of the images topic. */
    int partitions();

    /** Topics that it reads, each of which must remain the same one. */
    Set<String> read();

    /** Topics that it writes, but for those that it reads as well. */
    Set<String> written();

    /** Where a new model begins. */
    Map<TopicPartition, OffsetSpec> beginnings();

    Topology topology(SourceLog log, ImageFlow flow);

    /**
     * One model, which a single task learns.
     *
     * @param learner a new learner for each time that the task starts
     */
    record Single(TaskSettings task, Supplier<Learner> learner, TrainingListener listener) implements Mode {
        /** Mini-batches under way: more work than a commit takes time, so that training goes on meanwhile. */
        private static final int AHEAD = 64;

        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public Set<String> read() {
            return Set.of(task.images(), Topics.CONTROL);
        }

        @Override
        public Set<String> written() {
            return withUnits(task);
        }

        @Override
        public Map<TopicPartition, OffsetSpec> beginnings() {
            return withControl(fromTheFirstImage(task.images(), partitions()));
        }

        @Override
        public Topology topology(SourceLog log, ImageFlow flow) {
            return SingleTopology.of(task, StepQueue.threaded(AHEAD), learner, log, flow, listener);
        }
    }

    /**
     * One model, which a replica for each partition learns.
     *
     * @param learner a new learner for each time that a task starts
     */
    record Rounds(TaskSettings task, Replication replication, Supplier<Learner> learner, TrainingListener listener)
            implements Mode {
        @Override
        public int partitions() {
            return replication.partitions();
        }

        @Override
        public Set<String> read() {
            Topics topics = task.topics();
            return Set.of(task.images(), Topics.CONTROL, topics.updates(), topics.globals());
        }

        @Override
        public Set<String> written() {
            return withUnits(task);
        }

        @Override
        public Map<TopicPartition, OffsetSpec> beginnings() {
            Map<TopicPartition, OffsetSpec> beginnings = withControl(fromTheFirstImage(task.images(), partitions()));
            Topics topics = task.topics();
            beginnings.put(new TopicPartition(topics.updates(), 0), OffsetSpec.latest());
            IntStream.range(0, partitions())
                    .forEach(each -> beginnings.put(new TopicPartition(topics.globals(), each), OffsetSpec.latest()));
            return beginnings;
        }

        @Override
        public Topology topology(SourceLog log, ImageFlow flow) {
            return RoundsTopology.of(task, replication, learner, log, flow, listener);
        }
    }

    /**
     * A model for each key; none of them can be steered.
     *
     * @param partitions of the images topic, any number
     * @param learner a new learner, of which each task asks for as many as it may have in memory
     */
    record Keyed(TaskSettings task, int partitions, PerKey perKey, Supplier<Learner> learner, KeyedListener listener)
            implements Mode {
        @Override
        public Set<String> read() {
            return Set.of(task.images());
        }

        @Override
        public Set<String> written() {
            return output(task, task.topics().models());
        }

        @Override
        public Map<TopicPartition, OffsetSpec> beginnings() {
            return fromTheFirstImage(task.images(), partitions);
        }

        @Override
        public Topology topology(SourceLog log, ImageFlow flow) {
            return KeyedTopology.of(task, perKey, learner, log, flow, listener);
        }
    }

    private static Set<String> withUnits(TaskSettings task) {
        Set<String> written = output(task, task.topics().checkpoints());
        written.add(task.topics().units());
        return written;
    }

    /** @param changelog topic of what it has learned */
    private static Set<String> output(TaskSettings task, String changelog) {
        Topics topics = task.topics();
        Set<String> written = new HashSet<>(Set.of(
                topics.reconstructions(), topics.activations(), topics.parameters(), topics.deadLetters(), changelog));
        if (task.alertAbove().isPresent()) {
            written.add(topics.anomalies());
        }
        return written;
    }

    private static Map<TopicPartition, OffsetSpec> fromTheFirstImage(String images, int partitions) {
        return IntStream.range(0, partitions)
                .boxed()
                .collect(Collectors.toMap(
                        each -> new TopicPartition(images, each),
                        each -> OffsetSpec.earliest(),
                        (a, b) -> a,
                        HashMap::new));
    }

    /** A new model does not hear what an earlier one of its name was told. */
    private static Map<TopicPartition, OffsetSpec> withControl(Map<TopicPartition, OffsetSpec> beginnings) {
        beginnings.put(new TopicPartition(Topics.CONTROL, 0), OffsetSpec.latest());
        return beginnings;
    }
}
