package io.sparsestream.stream.rounds;

import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Answer;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.ReplicaKey;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.Chunks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Answers to the replicas' updates: each replica gets its own, and all that get the same get it encoded once. */
final class Answers {
    private final GlobalModel global;
    private final DeltaEncoding encoding;
    private final BiConsumer<byte[], byte[]> records;

    /**
     * @param encoding of what a round has changed
     * @param records takes keys and values
     */
    Answers(GlobalModel global, DeltaEncoding encoding, BiConsumer<byte[], byte[]> records) {
        this.global = global;
        this.encoding = encoding;
        this.records = records;
    }

    /** All parameters, after so many rounds. */
    void sendParameters(Collection<Integer> replicas, long round) {
        if (!replicas.isEmpty()) {
            Checkpoint.Parameters parameters = global.parameters();
            send(
                    replicas,
                    parameters.chunks(),
                    Answer.whole(round, global.learner().hyperparameters(), parameters.entries()));
        }
    }

    /**
     * What a round has changed, to those that have the parameters which it began from.
     *
     * @param round rounds closed, this one included
     * @param step encoded, by tensor
     */
    void sendStep(Collection<Integer> replicas, long round, Map<String, byte[]> step) {
        Map<String, byte[]> chunks = new LinkedHashMap<>();
        List<Manifest.Entry> entries = new ArrayList<>();
        for (Tensor tensor : global.learner().state().tensors()) {
            entries.add(Chunks.write(
                    tensor.name(), tensor.shape(), encoding.toString(), step.get(tensor.name()), chunks::put));
        }
        send(replicas, chunks, Answer.since(round - 1, round, global.learner().hyperparameters(), entries));
    }

    /** Nothing has changed since so many rounds, whose parameters the replica has. */
    void sendNothing(int replica, long round) {
        send(
                Set.of(replica),
                Map.of(),
                Answer.since(round, round, global.learner().hyperparameters(), List.of()));
    }

    /** The manifest last. */
    private void send(Collection<Integer> replicas, Map<String, byte[]> chunks, Answer answer) {
        byte[] manifest = Json.write(answer);
        for (int replica : replicas) {
            chunks.forEach((name, value) -> records.accept(ReplicaKey.of(replica, name), value));
            records.accept(ReplicaKey.of(replica, Checkpoint.MANIFEST), manifest);
        }
    }
}
