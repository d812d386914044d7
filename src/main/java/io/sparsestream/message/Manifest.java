package io.sparsestream.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Names;
import io.sparsestream.learn.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the tensors of a checkpoint or a published model are, and where in the stream they stand.
 *
 * @param model the model's name
 * @param architecture layer sizes
 * @param hyperparameters with which it learns
 * @param step updates made
 * @param images images trained
 * @param nextOffset offset in the images topic of the first record that has not been trained on; -1 if none has come,
 *     and in a published model that was learned from several partitions; in the averager's state, offset in the updates
 *     topic of the first record of the open round
 * @param tensors every array, in the order of the forward pass
 * @param steering what it was told while it learned; null, as in what was written before that was possible, if nothing
 * @param log what the checkpoint was made from; null in a published model, and in what was written before logs had an identity
 * @param replica of a replica's checkpoint, where several learn one model; null otherwise
 * @param averager of the averager's state; null otherwise
 * @param input what its records are; null where they are those of {@link InputFormat#AUTO}, and in what was written before
 *     that was kept
 */
public record Manifest(
        String model,
        List<Integer> architecture,
        Hyperparameters hyperparameters,
        long step,
        long images,
        long nextOffset,
        List<Entry> tensors,
        Steering steering,
        @JsonInclude(JsonInclude.Include.NON_NULL) Log log,
        @JsonInclude(JsonInclude.Include.NON_NULL) Replica replica,
        @JsonInclude(JsonInclude.Include.NON_NULL) Averager averager,
        @JsonInclude(JsonInclude.Include.NON_NULL) Input input) {

    /** @throws IllegalArgumentException if it lacks what every manifest has, or is of no model */
    public Manifest {
        require(model != null, "model");
        require(architecture != null && architecture.stream().noneMatch(Objects::isNull), "architecture");
        require(hyperparameters != null, "hyperparameters");
        require(tensors != null && tensors.stream().noneMatch(Objects::isNull), "tensors");
        Architecture layers = new Architecture(architecture);
        hyperparameters.checkFits(layers);
        if (input != null) {
            input.format().requireFits(layers.inputs());
        }
        steering = steering == null ? Steering.none(hyperparameters) : steering;
    }

    private static void require(boolean holds, String name) {
        if (!holds) {
            throw new IllegalArgumentException("the manifest has no " + name);
        }
    }

    /** Of a model that was told nothing while it learned. */
    public Manifest(
            String model,
            List<Integer> architecture,
            Hyperparameters hyperparameters,
            long step,
            long images,
            long nextOffset,
            List<Entry> tensors) {
        this(model, architecture, hyperparameters, step, images, nextOffset, tensors, null, null, null, null, null);
    }

    /** What its records are. */
    public InputFormat inputFormat() {
        return input == null ? InputFormat.AUTO : input.format();
    }

    /**
     * What the records of a model are, by the names that the options have.
     *
     * @param kind of {@code --input-format}
     * @param fields the name of each input; empty if all numbers are inputs, in their order
     * @param labelField field with the label; null if it is in none
     * @param labelKey whether the key is the label
     * @param missing of {@code --missing}
     */
    public record Input(
            InputFormat.Kind kind,
            List<String> fields,
            @JsonInclude(JsonInclude.Include.NON_NULL) String labelField,
            boolean labelKey,
            InputFormat.Missing missing) {
        /** Null of what every model's records were before there were others, so that earlier versions read its manifest. */
        public static Input of(InputFormat format) {
            return format.equals(InputFormat.AUTO)
                    ? null
                    : new Input(
                            format.kind(),
                            format.fields(),
                            format.labelField().orElse(null),
                            format.label() instanceof InputFormat.Label.InKey,
                            format.missing());
        }

        /** @throws IllegalArgumentException if it lacks what it always has */
        public Input {
            require(kind != null, "input.kind");
            require(missing != null, "input.missing");
            fields = fields == null ? List.of() : List.copyOf(fields);
        }

        /** What it was made of. */
        InputFormat format() {
            InputFormat.Label label = labelField == null
                    ? labelKey ? new InputFormat.Label.InKey() : new InputFormat.Label.InHeader()
                    : new InputFormat.Label.InField(labelField);
            return new InputFormat(kind, fields, label, missing);
        }
    }

    /**
     * What a model was told while it learned.
     *
     * @param started hyperparameters that it was started with, before any were changed
     * @param paused whether it leaves the images alone until it is told to resume
     * @param pausedBy where the control record stands that told it to pause; null if it is not paused, and in what was
     *     written before that was kept
     * @param kept checkpoints that it can go back to, the newest last, and that is this one; empty in what was written
     *     before there were several
     */
    public record Steering(
            Hyperparameters started,
            boolean paused,
            @JsonInclude(JsonInclude.Include.NON_NULL) String pausedBy,
            List<Kept> kept) {
        /** Of a model that was told nothing. */
        public static Steering none(Hyperparameters started) {
            return new Steering(started, false, null, List.of());
        }

        /** @throws IllegalArgumentException if it lacks what it always has */
        public Steering {
            require(started != null, "steering.started");
            require(kept == null || kept.stream().noneMatch(Objects::isNull), "part of steering.kept");
            kept = kept == null ? List.of() : List.copyOf(kept);
        }
    }

    /**
     * The log that a checkpoint was made from.
     *
     * @param topics ids of the topics that were read, by name: a topic that was deleted and created again has another one
     * @param images learned from before the checkpoint's offset, since they were first counted
     * @param checksum sum of the checksums of these images
     * @param told offset on the control topic behind the last record that the model has heard; 0 where it hears none
     */
    public record Log(Map<String, String> topics, long images, long checksum, long told) {
        /** @throws IllegalArgumentException if it lacks what it always has */
        public Log {
            require(topics != null, "log.topics");
        }

        /** The same where the model has heard up to that offset. */
        public Log withTold(long offset) {
            return new Log(topics, images, checksum, offset);
        }
    }

    /**
     * A checkpoint in the store.
     *
     * @param number counted from 1 on over the model's life; its arrays' keys begin with it
     * @param step updates made up to it; after a rollback several may have the same
     */
    public record Kept(long number, long step) {}

    /**
     * Where one of several replicas stands between two rounds.
     *
     * @param partition of the images topic that it learns from
     * @param partitions of the images topic
     * @param syncEvery local steps after which it sends an update
     * @param encoding of its updates
     * @param round of the global parameters that it has started from: rounds closed before; -1 if they are those of none
     * @param steps made since
     * @param images trained since
     * @param waiting whether it has sent its update and waits for the answer
     * @param idle whether that was because no more images came
     * @param nextAnswer offset in its partition of the globals topic behind the last answer; before the first, where its first one stands or 0,
     *     and -1 in what earlier versions wrote
     */
    public record Replica(
            int partition,
            int partitions,
            int syncEvery,
            String encoding,
            long round,
            long steps,
            long images,
            boolean waiting,
            boolean idle,
            long nextAnswer) {
        /** @throws IllegalArgumentException if it lacks what it always has */
        public Replica {
            require(encoding != null, "replica.encoding");
        }
    }

    /**
     * Where the averager stands between two rounds.
     *
     * @param partitions of the images topic
     * @param round rounds closed
     * @param position offset behind the last update that had been handed over; 0 in what was written before that was kept
     * @param expected replicas that the open round waits for
     * @param outerLearningRate η of the outer step
     * @param outerMomentum μ of the outer step
     * @param encoding of updates and answers
     */
    public record Averager(
            int partitions,
            long round,
            long position,
            List<Integer> expected,
            double outerLearningRate,
            double outerMomentum,
            String encoding) {
        /** @throws IllegalArgumentException if it lacks what it always has */
        public Averager {
            require(expected != null && expected.stream().noneMatch(Objects::isNull), "averager.expected");
            require(encoding != null, "averager.encoding");
        }
    }

    /**
     * One array.
     *
     * @param dtype {@code float32} or {@code float64}, little-endian; {@code uint8} of what is no array of numbers; of a
     *     replica's update as its {@link DeltaEncoding}
     * @param chunks number of records: one has the tensor's name as key; more have {@code name/0}, {@code name/1} …
     * @param crc32c of all its bytes
     */
    public record Entry(String name, List<Integer> shape, String dtype, int chunks, long crc32c) {
        /** @throws IllegalArgumentException if it is of nothing that an array can hold */
        public Entry {
            require(name != null, "name of a tensor");
            boolean isShape = shape != null && shape.stream().noneMatch(size -> size == null || size < 0);
            require(isShape && values(shape) <= Integer.MAX_VALUE, "possible shape of tensor " + Names.cut(name));
            shape = List.copyOf(shape);
            require(dtype != null, "dtype of tensor " + Names.cut(name));
            long bytes = bytes(values(shape), dtype);
            require(chunks >= 0 && chunks <= Math.max(1, bytes), "possible chunks of tensor " + Names.cut(name));
        }

        /** Whether they are what an update, or an answer to one, says of these tensors. */
        public static boolean areLike(List<Entry> entries, List<Tensor> tensors) {
            return entries.stream()
                            .map(entry -> new Tensor(entry.name(), entry.shape()))
                            .toList()
                            .equals(tensors)
                    && entries.stream().allMatch(entry -> DeltaEncoding.is(entry.dtype()));
        }

        /** As a double, which may be infinite but never starts again at 0. */
        private static double values(List<Integer> shape) {
            return shape.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
        }

        /** Size of the array in bytes. */
        public long bytes() {
            return bytes(values(shape), dtype);
        }

        private static long bytes(double number, String dtype) {
            long values = (long) number;
            return switch (dtype) {
                case "float64" -> values * Double.BYTES;
                case "uint8" -> values;
                default -> DeltaEncoding.of(dtype).bytes(values);
            };
        }
    }
}
