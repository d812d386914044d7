package io.sparsestream.stream.rounds;

import io.sparsestream.learn.Learner;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.single.ModelTask;
import io.sparsestream.stream.single.StepQueue;
import io.sparsestream.stream.single.TaskParts;
import io.sparsestream.topic.SourceLog;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Images, and the averager's answers, for one of several replicas of a model. It makes its steps on the stream thread: it
 * waits for the others anyway, and the thread has several of them.
 */
final class ReplicaProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Duration TICK = Duration.ofMillis(100);

    private final TaskSettings settings;
    private final Replication replication;
    private final Supplier<Learner> newLearner;
    private final SourceLog log;
    private final ImageFlow flow;
    private final TrainingListener parent;
    private ProcessorContext<byte[], byte[]> context;
    private TrainingListener listener; // of this replica
    private ReplicaRole replica;
    private ModelTask task; // null where its start failed

    /** @param parent what watches all replicas */
    ReplicaProcessor(
            TaskSettings settings,
            Replication replication,
            Supplier<Learner> newLearner,
            SourceLog log,
            ImageFlow flow,
            TrainingListener parent) {
        this.settings = settings;
        this.replication = replication;
        this.newLearner = newLearner;
        this.log = log;
        this.flow = flow;
        this.parent = parent;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        long start = System.nanoTime();
        // This thread trains: give it precedence over other threads of the process, as the demo's broker.
        Thread.currentThread().setPriority(Thread.NORM_PRIORITY);
        context = processorContext;
        int partition = context.taskId().partition();
        listener = parent.replica(partition);
        // Here rather than in the constructor: Kafka Streams makes processors that it never starts.
        Learner learner = newLearner.get();
        String name = settings.topics().model() + "/" + partition;
        TaskParts parts = TaskParts.of(context, settings, name, log, flow, listener, learner);
        replica = new ReplicaRole(parts, replication);
        task = new ModelTask(parts, replica, StepQueue.inline());
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::onTick);
        listener.onResume(learner, System.nanoTime() - start);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        if (metadata.topic().equals(settings.images())) {
            replica.imageCame();
            task.image(record, metadata.offset());
        } else if (replica.receive(record.key(), record.value(), metadata.offset())) {
            task.advance();
        }
    }

    private void onTick(long now) {
        replica.askIfLost(); // first: the checkpoint that says so is in its transaction
        task.tick(now);
        if (task.hasBegun() && replica.isIdle(now)) {
            // The clock decided this, so a replay could decide otherwise: checkpoint in the same transaction.
            replica.sendUpdate(true);
            task.checkpoint();
        }
    }

    @Override
    public void close() {
        try {
            if (task != null) {
                task.close();
            }
        } finally {
            if (listener != null) {
                listener.onEnd();
            }
        }
    }
}
