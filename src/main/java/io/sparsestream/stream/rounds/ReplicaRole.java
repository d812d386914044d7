package io.sparsestream.stream.rounds;

import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Activations;
import io.sparsestream.message.Manifest;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.single.Role;
import io.sparsestream.stream.single.TaskParts;
import io.sparsestream.topic.SourceLog;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The task is one of several replicas: after some steps it sends an update and waits for the averager's answer. */
final class ReplicaRole implements Role {
    private final TaskParts parts;
    private final Sync sync;
    private final Replica replica;
    private final TopicPartition globals;
    private Optional<Long> answered = Optional.empty(); // up to where answers were taken, as the broker remembers it
    private boolean changed;
    private boolean toAsk; // for the global parameters
    private long imageMillis; // when the last image, or answer, came
    private long sentNanos = System.nanoTime(); // when the last update was sent, or the task started, which waited then

    ReplicaRole(TaskParts parts, Replication replication) {
        this.parts = parts;
        sync = replication.sync();
        int partition = parts.source().partition();
        replica = new Replica(parts.settings().topics().model(), replication, parts.learner(), partition);
        globals = new TopicPartition(parts.settings().topics().globals(), partition);
        imageMillis = parts.now();
    }

    @Override
    public TopicPartition told() {
        return globals;
    }

    @Override
    public void begin(long initial) {
        replica.begin(initial);
    }

    @Override
    public void restore(Manifest manifest, String topicId, Optional<Long> heard) {
        replica.requireAlike(manifest.replica());
        parts.checkpoints().restore(replica.arrays());
        replica.restore(manifest.replica());
        answered = heard;
        if (manifest.log() != null) {
            String expected = manifest.log().topics().get(globals.topic());
            if (!expected.equals(topicId)) { // what it waits for stood on the one that was there
                throw ModelException.replaced(globals.topic(), parts.name(), expected, topicId);
            }
        }
    }

    /** Receives the answers that it had, each after the step after which it waited for one. */
    @Override
    public Replay replay() {
        long end = answered.orElseGet(() -> parts.log().end(globals));
        SourceLog.Records answers = parts.log().records(globals, replica.nextAnswer(), end);
        try {
            receiveAnswer(answers);
        } catch (RuntimeException e) {
            answers.close(); // which is otherwise the replay's to do
            throw e;
        }
        return new Replay() {
            @Override
            public void trained() {
                if (replica.isDue()) {
                    replica.send(false, (chunk, value) -> {});
                    receiveAnswer(answers);
                }
            }

            @Override
            public void close() {
                answers.close();
                if (answered.isEmpty()) {
                    parts.flow().seek(globals, replica.nextAnswer());
                }
            }
        };
    }

    @Override
    public void passedOver() {
        replica.lose(parts.log().end(globals));
        parts.flow().seek(globals, replica.nextAnswer());
        toAsk = true;
        changed = true;
    }

    /** Asks for the global parameters if the replica has lost its place among the rounds; the stream thread's sinks are ready. */
    void askIfLost() {
        if (toAsk) {
            toAsk = false;
            int partition = parts.source().partition();
            replica.ask((chunk, value) -> parts.output().update(partition, chunk, value));
            sentNanos = System.nanoTime();
            parts.context().commit();
        }
    }

    private void receiveAnswer(SourceLog.Records answers) {
        while (replica.isWaiting() && answers.hasNext()) {
            ConsumerRecord<byte[], byte[]> record = answers.next();
            changed |= replica.receive(record.key(), record.value(), record.offset());
        }
    }

    /** An image has come. */
    void imageCame() {
        imageMillis = parts.now();
    }

    /** Receives a record of its answer; whether it was the last one, with which it goes on. */
    boolean receive(byte[] key, byte[] value, long offset) {
        if (!replica.receive(key, value, offset)) {
            return false;
        }
        changed = true;
        parts.listener().onAnswer(replica.round().orElseThrow(), System.nanoTime() - sentNanos);
        imageMillis = parts.now(); // none could come while it waited
        return true;
    }

    @Override
    public boolean mayTrain() {
        return !replica.isWaiting();
    }

    @Override
    public boolean isPaused() {
        return false;
    }

    @Override
    public void trained(int images) {
        replica.trained(images);
    }

    @Override
    public void emitted() {
        if (replica.isDue()) {
            sendUpdate(false);
        }
    }

    /**
     * Whether no image has come for so long that the other replicas need not wait for this one. Where there are more, and
     * the machine is just too busy to fetch them, it is not idle.
     */
    boolean isIdle(long now) {
        return !sync.waitsForAll()
                && !replica.isWaiting()
                && !replica.isIdle()
                && now - imageMillis >= parts.settings().maxBatchWait().toMillis()
                && parts.flow().isAtEnd(parts.source());
    }

    /** Sends what the replica has learned since its last answer; the averager sees it when it is committed. */
    void sendUpdate(boolean noMoreImages) {
        int partition = parts.source().partition();
        replica.send(noMoreImages, (chunk, value) -> parts.output().update(partition, chunk, value));
        changed = true;
        sentNanos = System.nanoTime();
        parts.context().commit();
    }

    @Override
    public Activations activations(StepResult result) {
        return Activations.of(parts.settings().topics().model(), parts.source().partition(), result, parts.learner());
    }

    @Override
    public Optional<Integer> replica() {
        return Optional.of(parts.source().partition());
    }

    @Override
    public boolean hasChanged() {
        return changed;
    }

    @Override
    public Checkpoint.Snapshot complete(Checkpoint.Snapshot snapshot) {
        return snapshot.with(replica.roundArrays());
    }

    /** The averager publishes the model. */
    @Override
    public void stored(Checkpoint.Snapshot snapshot) {
        changed = false;
    }
}
