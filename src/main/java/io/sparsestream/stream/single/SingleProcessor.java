package io.sparsestream.stream.single;

import io.sparsestream.learn.Learner;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.HeaderName;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.topic.SourceLog;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Images, and what people tell the model, for the task that alone learns it. */
final class SingleProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration EMIT = Duration.ofMillis(10);

    private final TaskSettings settings;
    private final StepQueue.Factory newSteps;
    private final Supplier<Learner> newLearner;
    private final SourceLog log;
    private final ImageFlow flow;
    private final TrainingListener listener;
    private final byte[] key; // of the control records that are meant for this model
    private ProcessorContext<byte[], byte[]> context;
    private Solo solo;
    private ModelTask task; // null where its start failed

    /** @param newSteps on which thread the steps are made */
    SingleProcessor(
            TaskSettings settings,
            StepQueue.Factory newSteps,
            Supplier<Learner> newLearner,
            SourceLog log,
            ImageFlow flow,
            TrainingListener listener) {
        this.settings = settings;
        this.newSteps = newSteps;
        this.newLearner = newLearner;
        this.log = log;
        this.flow = flow;
        this.listener = listener;
        key = HeaderName.utf8(settings.topics().model());
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        long start = System.nanoTime();
        // This thread feeds the training thread: give it precedence over other threads of the process, as the demo's
        // broker.
        Thread.currentThread().setPriority(Thread.NORM_PRIORITY);
        context = processorContext;
        // Here rather than in the constructor: Kafka Streams makes processors that it never starts.
        Learner learner = newLearner.get();
        TaskParts parts = TaskParts.of(context, settings, settings.topics().model(), log, flow, listener, learner);
        solo = new Solo(parts);
        task = new ModelTask(parts, solo, newSteps);
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, task::tick);
        context.schedule(EMIT, PunctuationType.WALL_CLOCK_TIME, now -> task.emitDone());
        listener.onResume(learner, System.nanoTime() - start);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        if (metadata.topic().equals(settings.images())) {
            task.image(record, metadata.offset());
        } else if (Arrays.equals(record.key(), key) && solo.isNew(metadata.offset())) {
            control(record.value(), metadata.offset());
        }
    }

    /**
     * Takes effect between two steps: the images that are pending have changed nothing yet, and will be trained on by the
     * new values. The checkpoint in the same transaction has these and points at the first pending image, so that a
     * restart trains the gap behind it by the same values as the first time.
     */
    private void control(byte[] value, long offset) {
        task.advance();
        task.whenIdle(learner -> {
            ControlResult result = solo.hear(value, offset);
            if (result.refused() == null) {
                task.checkpoint();
            }
            solo.tell(result);
        });
        task.advance();
    }

    @Override
    public void close() {
        try {
            if (task != null) {
                task.close();
            }
        } finally {
            listener.onEnd();
        }
    }
}
