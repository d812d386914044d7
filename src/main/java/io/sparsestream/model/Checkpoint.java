package io.sparsestream.model;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LearningState;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The learning state as records below Kafka's default limit of 1 MiB, and back. The same form serves the checkpoint
 * store (everything) and the model topic (parameters alone).
 */
public final class Checkpoint {
    public static final String MANIFEST = "manifest";
    private static final String FLOAT32 = "float32";

    private Checkpoint() {}

    /**
     * What learning from several partitions adds to a checkpoint.
     *
     * @param replica what the manifest says of it, or null
     * @param averager what the manifest says of it, or null
     * @param arrays live, by a prefix, a dot and the tensor's name
     */
    public record Extra(Manifest.Replica replica, Manifest.Averager averager, Map<String, float[]> arrays) {
        public static final Extra NONE = new Extra(null, null, Map.of());
    }

    /**
     * What a checkpoint is made of.
     *
     * @param model the model's name
     * @param learner live
     * @param nextOffset of the first record that it does not know
     * @param steering what the model was told
     * @param log that it is made from, or null where that is not kept
     * @param extra what it holds besides
     */
    public record Snapshot(
            String model, Learner learner, long nextOffset, Manifest.Steering steering, Manifest.Log log, Extra extra) {
        public Snapshot with(Manifest.Steering changed) {
            return new Snapshot(model, learner, nextOffset, changed, log, extra);
        }

        public Snapshot with(Manifest.Log changed) {
            return new Snapshot(model, learner, nextOffset, steering, changed, extra);
        }

        public Snapshot with(Extra changed) {
            return new Snapshot(model, learner, nextOffset, steering, log, changed);
        }

        private Manifest manifest(List<Manifest.Entry> entries, Manifest.Log kept, Extra rounds) {
            return new Manifest(
                    model,
                    learner.architecture().sizes(),
                    learner.hyperparameters(),
                    learner.state().step(),
                    learner.state().images(),
                    nextOffset,
                    entries,
                    steering,
                    kept,
                    rounds.replica(),
                    rounds.averager());
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
        Map<String, List<Integer>> shapes = shapes(state);
        requireFinite(snapshot.model(), state.step(), state.values());
        List<Manifest.Entry> entries = new ArrayList<>();
        state.values().forEach((name, value) -> {
            List<Integer> shape = shapes.get(name.replaceFirst("^[mv]\\.", ""));
            entries.add(Chunks.write(name, shape, FLOAT32, Chunks.bytes(value), records));
        });
        state.averages()
                .forEach((name, value) -> entries.add(
                        Chunks.write(name, List.of(value.length), "float64", Chunks.bytes(value), records)));
        entries.addAll(extra(snapshot, shapes, records));
        return last(snapshot.manifest(entries, snapshot.log(), snapshot.extra()), records);
    }

    /** The same for the averager, whose learner has neither moments nor averages, since it never trains. */
    public static Manifest storeParameters(Snapshot snapshot, BiConsumer<String, byte[]> records) {
        List<Manifest.Entry> entries = parameters(snapshot, records);
        entries.addAll(extra(snapshot, shapes(snapshot.learner().state()), records));
        return last(snapshot.manifest(entries, snapshot.log(), snapshot.extra()), records);
    }

    /** Hands out the chunks of the parameters alone, the manifest last. */
    public static void publish(Snapshot snapshot, BiConsumer<String, byte[]> records) {
        last(snapshot.manifest(parameters(snapshot, records), null, Extra.NONE), records);
    }

    private static List<Manifest.Entry> parameters(Snapshot snapshot, BiConsumer<String, byte[]> records) {
        LearningState state = snapshot.learner().state();
        requireFinite(snapshot.model(), state.step(), state.parameters());
        Map<String, List<Integer>> shapes = shapes(state);
        List<Manifest.Entry> entries = new ArrayList<>();
        state.parameters()
                .forEach((name, value) ->
                        entries.add(Chunks.write(name, shapes.get(name), FLOAT32, Chunks.bytes(value), records)));
        return entries;
    }

    private static List<Manifest.Entry> extra(
            Snapshot snapshot, Map<String, List<Integer>> shapes, BiConsumer<String, byte[]> records) {
        Map<String, float[]> arrays = snapshot.extra().arrays();
        requireFinite(snapshot.model(), snapshot.learner().state().step(), arrays);
        List<Manifest.Entry> entries = new ArrayList<>();
        arrays.forEach((name, value) -> {
            List<Integer> shape = shapes.get(name.substring(name.indexOf('.') + 1));
            entries.add(Chunks.write(name, shape, FLOAT32, Chunks.bytes(value), records));
        });
        return entries;
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

    /** @throws ModelException if a new learner has another architecture or other hyperparameters than the model had */
    public static void requireStartedAlike(Manifest manifest, Learner learner) {
        if (!manifest.architecture().equals(learner.architecture().sizes())
                || !manifest.steering().started().equals(learner.hyperparameters())) {
            throw new ModelException("model " + manifest.model() + " was started with layers="
                    + new Architecture(manifest.architecture()) + " "
                    + manifest.steering().started().values().entrySet().stream()
                            .map(Map.Entry::toString)
                            .collect(Collectors.joining(" "))
                    + ": start it with these and change them with 'set', or choose another --model name");
        }
    }

    /**
     * Copies a checkpoint into a learner of the same architecture, which then goes on with its hyperparameters.
     *
     * @param extra the arrays that it has besides the learner's
     */
    public static void restore(
            Manifest manifest, Learner learner, Map<String, float[]> extra, Function<String, byte[]> records) {
        learner.set(manifest.hyperparameters());
        LearningState state = learner.state();
        for (Manifest.Entry entry : manifest.tensors()) {
            byte[] bytes = Chunks.read(entry, records);
            float[] value = state.values().getOrDefault(entry.name(), extra.get(entry.name()));
            double[] average = state.averages().get(entry.name());
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
                        + entry.name() + ": use the version that wrote it");
            }
        }
        state.restoreCounts(manifest.step(), manifest.images());
    }
}
