package io.sparsestream.model;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LearningState;
import io.sparsestream.learn.LiveMeasures;
import io.sparsestream.learn.Names;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.OrNone;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The learning state as records below Kafka's default limit of 1 MiB, and back. The same form serves the checkpoint
 * store (everything), the averager's store (parameters and what rounds add) and the model topic (parameters alone).
 */
public final class Checkpoint {
    public static final String MANIFEST = "manifest";

    private static final String FLOAT64 = "float64"; // of arrays that are no parameters

    private static final String FLOAT32 = "float32";
    private static final String UINT8 = "uint8";

    /** Key of {@link Errors}. */
    private static final String ERRORS = "errors";

    /**
     * What is known of the errors of a published model. It is a record of its own, since whoever reads the manifest's tensors takes
     * them for parameters.
     *
     * @param step of the model: another one has left it on the topic
     * @param arrays by name
     */
    private record Errors(long step, Map<String, double[]> arrays) {
        /** @throws IllegalArgumentException if there are none */
        private Errors {
            if (arrays == null || arrays.values().stream().anyMatch(Objects::isNull)) {
                throw new IllegalArgumentException("there are no arrays");
            }
        }
    }

    private Checkpoint() {}

    /**
     * The parameters as records, encoded once for all that get them: the store, the model topic, replicas.
     *
     * @param entries what a manifest says of each, in the order of the forward pass
     * @param chunks by key
     */
    public record Parameters(List<Manifest.Entry> entries, Map<String, byte[]> chunks) {
        /** @throws ModelException if a number is not finite */
        public static Parameters of(String model, LearningState state) {
            requireFinite(model, state.step(), state.parameters());
            Map<String, byte[]> chunks = new LinkedHashMap<>();
            return new Parameters(
                    Checkpoint.write(state.parameters(), name -> name, shapes(state), chunks::put), chunks);
        }
    }

    /**
     * What learning from several partitions adds to a checkpoint.
     *
     * @param replica what the manifest says of a replica
     * @param averager what the manifest says of the averager
     * @param arrays live, by a prefix, a dot and the tensor's name
     */
    public record RoundArrays(
            Optional<Manifest.Replica> replica, Optional<Manifest.Averager> averager, Map<String, float[]> arrays) {
        private static final RoundArrays NONE = new RoundArrays(Optional.empty(), Optional.empty(), Map.of());

        public static RoundArrays of(Manifest.Replica replica, Map<String, float[]> arrays) {
            return new RoundArrays(Optional.of(replica), Optional.empty(), arrays);
        }

        public static RoundArrays of(Manifest.Averager averager, Map<String, float[]> arrays) {
            return new RoundArrays(Optional.empty(), Optional.of(averager), arrays);
        }
    }

    /**
     * What a checkpoint is made of.
     *
     * @param model the model's name
     * @param learner live
     * @param parameters the learner's
     * @param nextOffset of the first record that it does not know, if it knows where that is
     * @param steering what the model was told
     * @param log that it is made from, if that is kept
     * @param roundArrays what a model of several replicas has besides
     * @param bytes what belongs to the state besides arrays, by name
     * @param input what the model's records are
     */
    public record Snapshot(
            String model,
            Learner learner,
            Parameters parameters,
            OptionalLong nextOffset,
            Manifest.Steering steering,
            Optional<Manifest.Log> log,
            RoundArrays roundArrays,
            Map<String, byte[]> bytes,
            InputFormat input) {
        /**
         * The present parameters of a learner; the rest is added by {@code at} and {@code with}.
         *
         * @throws ModelException if one of them is not finite
         */
        public static Snapshot of(String model, Learner learner, Manifest.Steering steering) {
            return of(model, learner, Parameters.of(model, learner.state()), steering);
        }

        /** The same where the parameters have been encoded before. Its records are images until others are told. */
        public static Snapshot of(String model, Learner learner, Parameters parameters, Manifest.Steering steering) {
            return new Snapshot(
                    model,
                    learner,
                    parameters,
                    OptionalLong.empty(),
                    steering,
                    Optional.empty(),
                    RoundArrays.NONE,
                    Map.of(),
                    InputFormat.AUTO);
        }

        public Snapshot at(OptionalLong next) {
            return new Snapshot(model, learner, parameters, next, steering, log, roundArrays, bytes, input);
        }

        public Snapshot with(Manifest.Steering changed) {
            return new Snapshot(model, learner, parameters, nextOffset, changed, log, roundArrays, bytes, input);
        }

        public Snapshot with(Manifest.Log known) {
            return new Snapshot(
                    model, learner, parameters, nextOffset, steering, Optional.of(known), roundArrays, bytes, input);
        }

        public Snapshot with(RoundArrays changed) {
            return new Snapshot(model, learner, parameters, nextOffset, steering, log, changed, bytes, input);
        }

        public Snapshot with(Map<String, byte[]> changed) {
            return new Snapshot(model, learner, parameters, nextOffset, steering, log, roundArrays, changed, input);
        }

        public Snapshot with(InputFormat format) {
            return new Snapshot(model, learner, parameters, nextOffset, steering, log, roundArrays, bytes, format);
        }

        /** What is told to those who only use the model. */
        private Snapshot published() {
            return new Snapshot(
                    model,
                    learner,
                    parameters,
                    nextOffset,
                    steering,
                    Optional.empty(),
                    RoundArrays.NONE,
                    Map.of(),
                    input);
        }

        private Manifest manifest(List<Manifest.Entry> entries) {
            return new Manifest(
                    model,
                    learner.architecture().sizes(),
                    learner.hyperparameters(),
                    learner.state().step(),
                    learner.state().images(),
                    OrNone.write(nextOffset),
                    entries,
                    steering,
                    log.orElse(null),
                    roundArrays.replica().orElse(null),
                    roundArrays.averager().orElse(null),
                    Manifest.Input.of(input));
        }
    }

    /**
     * Hands out every array's chunks, Adam's moments and running averages included, the manifest last.
     *
     * @return the manifest
     * @throws ModelException before anything is handed out if a number is not finite
     */
    public static Manifest store(Snapshot snapshot, BiConsumer<String, byte[]> records) {
        LearningState state = snapshot.learner().state();
        Map<String, float[]> moments = new LinkedHashMap<>(state.values());
        moments.keySet().removeAll(state.parameters().keySet());
        requireFinite(snapshot.model(), state.step(), moments);
        requireFinite(snapshot.model(), state.step(), snapshot.roundArrays().arrays());
        snapshot.parameters().chunks().forEach(records);
        List<Manifest.Entry> entries = new ArrayList<>(snapshot.parameters().entries());
        entries.addAll(write(moments, Checkpoint::tensor, shapes(state), records));
        entries.addAll(write(state.averages(), records));
        entries.addAll(write(snapshot.roundArrays().arrays(), Checkpoint::tensor, shapes(state), records));
        snapshot.bytes()
                .forEach(
                        (name, value) -> entries.add(Chunks.write(name, List.of(value.length), UINT8, value, records)));
        return last(snapshot.manifest(entries), records);
    }

    /** The same for the averager, whose learner has neither moments nor averages, since it never trains. */
    public static void storeParameters(Snapshot snapshot, BiConsumer<String, byte[]> records) {
        LearningState state = snapshot.learner().state();
        requireFinite(snapshot.model(), state.step(), snapshot.roundArrays().arrays());
        snapshot.parameters().chunks().forEach(records);
        List<Manifest.Entry> entries = new ArrayList<>(snapshot.parameters().entries());
        entries.addAll(write(snapshot.roundArrays().arrays(), Checkpoint::tensor, shapes(state), records));
        last(snapshot.manifest(entries), records);
    }

    /** Hands out the chunks of the parameters, and what is known of the errors, by which records are scored; the manifest last. */
    public static void publish(Snapshot snapshot, BiConsumer<String, byte[]> records) {
        snapshot.parameters().chunks().forEach(records);
        LearningState state = snapshot.learner().state();
        if (!state.errors().isEmpty()) {
            records.accept(ERRORS, Json.write(new Errors(state.step(), state.errors())));
        }
        last(snapshot.published().manifest(snapshot.parameters().entries()), records);
    }

    /**
     * The errors of a published model, by name; empty if nothing is known of them.
     *
     * @param records value by key
     */
    public static Map<String, double[]> errors(Manifest manifest, Function<String, byte[]> records) {
        byte[] json = records.apply(ERRORS);
        if (json == null) {
            return Map.of();
        }
        Errors errors = Json.read(json, Errors.class);
        return errors.step == manifest.step() ? errors.arrays : Map.of();
    }

    private static List<Manifest.Entry> write(Map<String, double[]> arrays, BiConsumer<String, byte[]> records) {
        List<Manifest.Entry> entries = new ArrayList<>();
        arrays.forEach((name, value) ->
                entries.add(Chunks.write(name, List.of(value.length), FLOAT64, Chunks.bytes(value), records)));
        return entries;
    }

    /** @param tensor the name of the tensor whose shape an array of that name has */
    private static List<Manifest.Entry> write(
            Map<String, float[]> arrays,
            UnaryOperator<String> tensor,
            Map<String, List<Integer>> shapes,
            BiConsumer<String, byte[]> records) {
        List<Manifest.Entry> entries = new ArrayList<>();
        arrays.forEach((name, value) -> entries.add(
                Chunks.write(name, shape(tensor.apply(name), value, shapes), FLOAT32, Chunks.bytes(value), records)));
        return entries;
    }

    /** That of the tensor; an array that belongs to none has its length. */
    private static List<Integer> shape(String tensor, float[] value, Map<String, List<Integer>> shapes) {
        return shapes.getOrDefault(tensor, List.of(value.length));
    }

    /** The tensor that an array belongs to, whose name stands behind a prefix and a dot. */
    private static String tensor(String array) {
        return array.substring(array.indexOf('.') + 1);
    }

    private static Manifest last(Manifest manifest, BiConsumer<String, byte[]> records) {
        records.accept(MANIFEST, Json.write(manifest));
        return manifest;
    }

    private static Map<String, List<Integer>> shapes(LearningState state) {
        return state.tensors().stream().collect(Collectors.toMap(Tensor::name, Tensor::shape));
    }

    private static void requireFinite(String model, long step, Map<String, float[]> arrays) {
        arrays.forEach((name, values) -> requireFinite(model, step, name, values));
    }

    /** A diverged model must replace neither the checkpoint nor the published one. */
    public static void requireFinite(String model, long step, String tensor, float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new ModelException(tensor + " of model " + model + " is not finite any more at step " + step
                        + "; its last checkpoint stands: lower the learning rate, under a new --model name");
            }
        }
    }

    /** Whether a new learner has the architecture and the hyperparameters that the model was started with. */
    public static boolean isStartedAlike(Manifest manifest, Learner learner) {
        return manifest.architecture().equals(learner.architecture().sizes())
                && manifest.steering().started().equals(learner.hyperparameters());
    }

    /** What a model was started with, for people: {@code layers=4-2-4 batch=60 …}. */
    public static String started(Manifest manifest) {
        return "layers=" + new Architecture(manifest.architecture()) + " "
                + manifest.steering().started().values().entrySet().stream()
                        .map(Map.Entry::toString)
                        .collect(Collectors.joining(" "));
    }

    /**
     * What a start must not change.
     *
     * @throws ModelException if a new learner has another architecture or other hyperparameters than the model had, or its
     *     inputs are other fields
     */
    public static void requireStartedAlike(Manifest manifest, Learner learner, InputFormat input) {
        if (!isStartedAlike(manifest, learner)) {
            throw new ModelException("model " + manifest.model() + " was started with " + started(manifest)
                    + ": start it with these and change them with 'set', or choose another --model name");
        }
        if (manifest.input() != null) {
            requireFields(manifest.model(), manifest.input().fields(), input);
        }
    }

    /**
     * Of other fields, even if they are as many, the weights would mean something else.
     *
     * @throws ModelException unless the fields are those
     */
    public static void requireFields(String model, List<String> fields, InputFormat input) {
        if (!fields.equals(input.fields())) {
            throw new ModelException("model " + model + " was started "
                    + (fields.isEmpty() ? "without --fields" : "with --fields " + String.join(",", fields))
                    + ": start it like this, or choose another --model name");
        }
    }

    /**
     * Copies a checkpoint into a learner of the same architecture, which then goes on with its hyperparameters. What the
     * learner keeps besides, such as measures that the checkpoint's version did not have, begins anew.
     *
     * @param roundArrays the arrays that it has besides the learner's, by name
     */
    public static void restore(
            Manifest manifest, Learner learner, Map<String, float[]> roundArrays, Function<String, byte[]> records) {
        learner.set(manifest.hyperparameters());
        LearningState state = learner.state();
        Set<String> held = manifest.tensors().stream().map(Manifest.Entry::name).collect(Collectors.toSet());
        state.clearAllBut(held);
        for (Manifest.Entry entry : manifest.tensors()) {
            if (entry.dtype().equals(UINT8)) {
                continue; // for whoever asks for its bytes
            }
            float[] value = state.values().getOrDefault(entry.name(), roundArrays.get(entry.name()));
            double[] average = state.averages().get(entry.name());
            if (value == null && average == null && LiveMeasures.isOne(entry.name())) {
                continue; // nobody goes on with it
            }
            byte[] bytes = Chunks.read(entry, records);
            if (value != null && bytes.length != value.length * Float.BYTES
                    || average != null && bytes.length != average.length * Double.BYTES) {
                throw Chunks.damaged(entry);
            } else if (value != null) {
                ByteBuffer.wrap(bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(value);
            } else if (average != null) {
                ByteBuffer.wrap(bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asDoubleBuffer()
                        .get(average);
            } else {
                throw new ModelException("the checkpoint holds a tensor that this version does not know: "
                        + Names.cut(entry.name()) + ": use the version that wrote it");
            }
        }
        state.restoreCounts(manifest.step(), manifest.images());
    }

    /**
     * What a checkpoint holds besides arrays.
     *
     * @throws ModelException if a part of it is missing or damaged
     */
    public static Optional<byte[]> bytes(Manifest manifest, String name, Function<String, byte[]> records) {
        return manifest.tensors().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .map(entry -> Chunks.read(entry, records));
    }
}
