package io.sparsestream.stream.rounds;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Answer;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.OrNone;
import io.sparsestream.message.ReplicaKey;
import io.sparsestream.message.Update;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.Chunks;
import io.sparsestream.model.ModelException;
import io.sparsestream.topic.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * The rounds of one of several replicas: after some local steps it sends what they have changed, and waits for the one
 * answer, the new global parameters. So what it has learned depends on its images and its answers alone, and not on
 * when which of them came. Adam's moments, counts and running averages stay its own.
 */
final class Replica {
    private final Learner learner;
    private final Sync sync;
    private final int partition;
    private final int partitions;
    private final String model;
    private final Map<String, float[]> base = new LinkedHashMap<>(); // parameters that the local steps have begun from
    private final Map<String, float[]> residual = new LinkedHashMap<>(); // what the encoding has not yet told
    private final Map<String, float[]> arrays = new LinkedHashMap<>(); // both, as the checkpoint names them
    private final Map<String, byte[]> incoming = new HashMap<>(); // chunks of an answer whose manifest is to come
    private final ForeignRecords foreign; // on the globals topic
    private OptionalLong round = OptionalLong.of(0); // none until it gets the global parameters it has asked for
    private long steps;
    private long images;
    private boolean waiting;
    private boolean idle;
    private long nextAnswer;

    /** @param learner new: its parameters are the global ones before the first round */
    Replica(String model, Replication replication, Learner learner, int partition) {
        this.learner = learner;
        this.partition = partition;
        sync = replication.sync();
        partitions = replication.partitions();
        this.model = model;
        foreign = new ForeignRecords(model, new Topics(model).globals());
        learner.state().parameters().forEach((name, values) -> {
            base.put(name, values.clone());
            residual.put(name, new float[values.length]);
        });
        base.forEach((name, values) -> arrays.put("base." + name, values));
        if (sync.isLossy()) {
            residual.forEach((name, values) -> arrays.put("residual." + name, values));
        }
    }

    /** Whether it has sent an update and trains on nothing until the answer has come. */
    boolean isWaiting() {
        return waiting;
    }

    /** Whether it has made the steps after which an update is sent. */
    boolean isDue() {
        return steps >= sync.every();
    }

    /** Whether the averager need not hear from it until an image comes. */
    boolean isIdle() {
        return idle;
    }

    /** Rounds closed before its local steps; none where its parameters are those of no round. */
    OptionalLong round() {
        return round;
    }

    /** Offset in its partition of the globals topic from which answers have not been taken. */
    long nextAnswer() {
        return nextAnswer;
    }

    /**
     * What it has learned since the checkpoint cannot be learned again, and its answers to that are for another state: so it
     * waits for the global parameters, whole, and takes no answers below that offset.
     */
    void lose(long offset) {
        round = OptionalLong.empty();
        steps = 0;
        images = 0;
        waiting = true;
        nextAnswer = offset;
        incoming.clear();
        residual.values().forEach(untold -> Arrays.fill(untold, 0));
    }

    /** Asks for all parameters: an update that has nothing, from no round. */
    void ask(BiConsumer<String, byte[]> records) {
        steps = 0;
        images = 0;
        send(true, records);
        idle = false; // more images may come
    }

    /** A new replica takes no answers below that offset. */
    void begin(long offset) {
        nextAnswer = offset;
    }

    /** After a step of the learner. */
    void trained(int batch) {
        steps++;
        images += batch;
        idle = false;
    }

    /**
     * Hands out its update, the manifest last, and waits from now on.
     *
     * @param noMoreImages whether it is sent early, because no more images come
     * @throws ModelException with nothing sent if a parameter is not finite
     */
    void send(boolean noMoreImages, BiConsumer<String, byte[]> records) {
        List<Manifest.Entry> entries = new ArrayList<>();
        if (steps > 0) {
            for (Tensor tensor : learner.state().tensors()) {
                entries.add(sendDelta(tensor, records));
            }
        }
        idle = noMoreImages;
        waiting = true;
        Update update = new Update(
                partition,
                OrNone.write(round),
                steps,
                images,
                idle,
                learner.architecture().sizes(),
                entries);
        records.accept(Checkpoint.MANIFEST, Json.write(update));
    }

    private Manifest.Entry sendDelta(Tensor tensor, BiConsumer<String, byte[]> records) {
        float[] delta = learner.state().parameter(tensor.name()).clone();
        float[] before = base.get(tensor.name());
        for (int i = 0; i < delta.length; i++) {
            delta[i] -= before[i];
        }
        Checkpoint.requireFinite(model, learner.state().step(), tensor.name(), delta);
        byte[] encoded = sync.encoding().encode(delta, residual.get(tensor.name()));
        return Chunks.write(tensor.name(), tensor.shape(), sync.encoding().toString(), encoded, records);
    }

    /**
     * Receives a record of its answer. With the last one, the manifest, its parameters are the new global ones and it no
     * longer waits.
     *
     * @param offset of the record
     * @return whether it was the last one
     */
    boolean receive(byte[] key, byte[] value, long offset) {
        // An answer may come twice: without exactly-once, or where the broker has forgotten the group's offset.
        if (!waiting || offset < nextAnswer) {
            return false;
        }
        Optional<ReplicaKey> of =
                value == null ? Optional.empty() : ReplicaKey.read(key).filter(this::isOfAnswer);
        if (of.isEmpty()) {
            foreign.passOver(offset, "it has no value, or no key of an answer to replica " + partition);
            return false;
        }
        if (!of.get().name().equals(Checkpoint.MANIFEST)) {
            incoming.put(of.get().name(), value);
            return false;
        }
        Answer answer;
        try {
            answer = answer(value);
        } catch (IllegalArgumentException e) {
            foreign.passOver(offset, e.getMessage());
            return false;
        }
        Map<String, float[]> global = Chunks.decode(answer.tensors(), incoming);
        incoming.clear();
        nextAnswer = offset + 1;
        OptionalLong changesOf = answer.changesOf();
        if (changesOf.isEmpty()) {
            global.forEach((tensor, values) -> System.arraycopy(values, 0, base.get(tensor), 0, values.length));
        } else if (round.isEmpty()) {
            return false; // to what it had sent before it lost its place
        } else if (changesOf.equals(round)) {
            global.forEach((tensor, step) -> add(step, base.get(tensor)));
        } else {
            throw new ModelException("replica " + partition + " of model " + model + " has the parameters of round "
                    + round.getAsLong() + ", but was sent what has changed since round " + changesOf.getAsLong()
                    + ": start a new model");
        }
        learner.state().setParameters(base);
        if (!learner.hyperparameters().equals(answer.hyperparameters())) {
            learner.set(answer.hyperparameters());
        }
        round = OptionalLong.of(answer.round());
        steps = 0;
        images = 0;
        waiting = false;
        return true;
    }

    private boolean isOfAnswer(ReplicaKey key) {
        return key.replica() == partition && (key.name().equals(Checkpoint.MANIFEST) || base.containsKey(key.array()));
    }

    /** @throws IllegalArgumentException if it is no answer that this model could have been given */
    private Answer answer(byte[] value) {
        Answer answer = Json.read(value, Answer.class);
        if (!answer.tensors().isEmpty()
                && !Manifest.Entry.areLike(answer.tensors(), learner.state().tensors())) {
            throw new IllegalArgumentException("it has other tensors than the model");
        }
        if (answer.hyperparameters().batch() != learner.hyperparameters().batch()) {
            throw new IllegalArgumentException("it has another batch than the model");
        }
        return answer;
    }

    private static void add(float[] step, float[] parameter) {
        for (int i = 0; i < step.length; i++) {
            parameter[i] += step[i];
        }
    }

    /** What a checkpoint holds of it. */
    Checkpoint.RoundArrays roundArrays() {
        Manifest.Replica standing = new Manifest.Replica(
                partition,
                partitions,
                sync.every(),
                sync.encoding().toString(),
                OrNone.write(round),
                steps,
                images,
                waiting,
                idle,
                nextAnswer);
        return Checkpoint.RoundArrays.of(standing, arrays);
    }

    /** Its arrays as the checkpoint names them; live. */
    Map<String, float[]> arrays() {
        return arrays;
    }

    /** @throws ModelException if the updates of that checkpoint's replica were others: then they cannot be repeated */
    void requireAlike(Manifest.Replica from) {
        if (from.syncEvery() != sync.every()
                || !from.encoding().equals(sync.encoding().toString())) {
            throw new ModelException("the replicas of model " + model + " send an update every " + from.syncEvery()
                    + " steps as " + from.encoding() + ": start it with --sync-every " + from.syncEvery()
                    + " --update-encoding " + from.encoding() + ", or choose another --model name");
        }
    }

    /** Takes over the rest of a checkpoint whose arrays have been restored. */
    void restore(Manifest.Replica from) {
        round = OrNone.read(from.round());
        steps = from.steps();
        images = from.images();
        waiting = from.waiting();
        idle = from.idle();
        nextAnswer = Math.max(0, from.nextAnswer());
    }
}
