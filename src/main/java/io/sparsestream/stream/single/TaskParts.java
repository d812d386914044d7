package io.sparsestream.stream.single;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.TopImages;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.stream.CheckpointPace;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.Output;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.topic.SourceLog;
import io.sparsestream.topic.Topics;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What a task of one model is made of. One set for each start of the task.
 *
 * @param name of the model, for people; of a replica with its partition
 * @param source partition of the images topic
 * @param listener what watches this task
 * @param learner new
 * @param top of the learner's units
 */
public record TaskParts(
        ProcessorContext<byte[], byte[]> context,
        TaskSettings settings,
        String name,
        TopicPartition source,
        SourceLog log,
        ImageFlow flow,
        TrainingListener listener,
        Learner learner,
        TopImages top,
        KeyValueStore<String, byte[]> store,
        Checkpoints checkpoints,
        ImageDecoder decoder,
        Output output) {
    public static TaskParts of(
            ProcessorContext<byte[], byte[]> context,
            TaskSettings settings,
            String name,
            SourceLog log,
            ImageFlow flow,
            TrainingListener listener,
            Learner learner) {
        TopicPartition source =
                new TopicPartition(settings.images(), context.taskId().partition());
        KeyValueStore<String, byte[]> store = context.getStateStore(Topics.CHECKPOINT_STORE);
        ImageDecoder decoder = new ImageDecoder(learner.architecture().inputs(), settings.input());
        TopImages top =
                new TopImages(learner.architecture(), learner.hyperparameters().averagingWindow());
        return new TaskParts(
                context,
                settings,
                name,
                source,
                log,
                flow,
                listener,
                learner,
                top,
                store,
                new Checkpoints(
                        new CheckpointStore(store, settings.keep(), settings.input(), top),
                        new CheckpointPace(name, settings.checkpointInterval(), learner),
                        learner,
                        top),
                decoder,
                new Output(context, settings, decoder, source));
    }

    public long now() {
        return context.currentSystemTimeMs();
    }
}
