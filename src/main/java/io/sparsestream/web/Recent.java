package io.sparsestream.web;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Inference;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The last records that a model was trained on, what its hidden layers made of them, and its parameters: a bounded sample for
 * those who explore the model. The training thread copies a mini-batch now and then, more often while somebody looks, and passes
 * on where somebody is reading: it never waits. The arrays are allocated once.
 */
final class Recent {
    /** Records at most; a model of many inputs or units has fewer. */
    static final int MOST = 3_000;

    private static final int FLOATS = 4_000_000; // of the records: 16 MB
    private static final int MOST_PARAMETERS = 16_000_000; // 64 MB, and what a browser can take
    private static final long LOOKED_AT_NANOS = 250_000_000;
    private static final long OTHERWISE_NANOS = 1_000_000_000; // so that there is something to see after the last step
    private static final long INTEREST_NANOS = 10_000_000_000L;
    private static final long PARAMETERS_NANOS = 1_000_000_000;

    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile long lookedAt;
    private volatile boolean isVoid; // what was gathered is of another model

    // guarded by the lock
    private Architecture architecture; // null before the first step
    private Hyperparameters hyperparameters;
    private int capacity;
    private long added; // records ever, so that each has a number, which no other ever has
    private long begin; // number of the first that says something of the model as it is
    private float[] inputs; // [capacity × inputs]
    private float[][] activations; // by hidden layer [capacity × units]
    private String[] labels; // [capacity]
    private Map<String, float[]> parameters = Map.of(); // empty if there are too many
    private long step; // updates that made the parameters
    private Inference inference; // by the parameters; null before somebody asks
    private MiniBatch one;
    private long recordsNanos;
    private long parametersNanos;

    /** @param nanos a clock that only goes forward */
    Recent(LongSupplier nanos) {
        this.nanos = nanos;
        lookedAt = nanos.getAsLong() - INTEREST_NANOS;
    }

    /** After a step; on the training thread. */
    void add(StepResult result, Learner learner) {
        long now = nanos.getAsLong();
        long every = now - lookedAt < INTEREST_NANOS ? LOOKED_AT_NANOS : OTHERWISE_NANOS;
        if ((architecture == null || now - recordsNanos >= every || isVoid) && lock.tryLock()) {
            try {
                copy(result, learner, now);
            } finally {
                lock.unlock();
            }
        }
    }

    private void copy(StepResult result, Learner learner, long now) {
        recordsNanos = now;
        hyperparameters = learner.hyperparameters();
        if (!learner.architecture().equals(architecture)) {
            allocate(learner);
        }
        if (isVoid) {
            isVoid = false;
            begin = added;
            parametersNanos = now - PARAMETERS_NANOS;
        }
        MiniBatch batch = result.batch();
        for (int image = 0; image < result.forward().images(); image++) {
            int place = (int) (added % capacity);
            copyRow(batch.images(), image, inputs, place, architecture.inputs());
            for (int layer = 0; layer < activations.length; layer++) {
                copyRow(
                        result.forward().activations()[layer],
                        image,
                        activations[layer],
                        place,
                        architecture.hiddenUnits(layer));
            }
            labels[place] = batch.labels()[image];
            added++;
        }
        if (now - parametersNanos >= PARAMETERS_NANOS) {
            parametersNanos = now;
            step = learner.state().step();
            parameters.forEach(
                    (name, values) -> System.arraycopy(learner.state().parameter(name), 0, values, 0, values.length));
        }
    }

    private static void copyRow(float[] from, int image, float[] to, int place, int length) {
        System.arraycopy(from, image * length, to, place * length, length);
    }

    private void allocate(Learner learner) {
        architecture = learner.architecture();
        int width = architecture.inputs();
        activations = new float[architecture.hiddenLayers()][];
        for (int layer = 0; layer < activations.length; layer++) {
            width += architecture.hiddenUnits(layer);
        }
        capacity = Math.max(learner.hyperparameters().batch(), Math.min(MOST, FLOATS / width));
        inputs = new float[Math.multiplyExact(capacity, architecture.inputs())];
        for (int layer = 0; layer < activations.length; layer++) {
            activations[layer] = new float[Math.multiplyExact(capacity, architecture.hiddenUnits(layer))];
        }
        labels = new String[capacity];
        begin = added;
        parameters = new LinkedHashMap<>();
        List<Tensor> tensors = learner.state().tensors();
        if (tensors.stream().mapToLong(Tensor::size).sum() <= MOST_PARAMETERS) {
            tensors.forEach(tensor -> parameters.put(tensor.name(), new float[tensor.size()]));
        }
        parametersNanos = recordsNanos - PARAMETERS_NANOS;
        inference = null;
    }

    /** The model was set back: the records so far say nothing of it. On the training thread. */
    void clear() {
        isVoid = true;
    }

    /**
     * Has somebody look, who is to keep nothing that is live.
     *
     * @return empty before the first step, and before the first one of a model that was set back
     */
    <T> Optional<T> look(Function<Recent, T> look) {
        lookedAt = nanos.getAsLong();
        lock.lock();
        try {
            return isVoid || size() == 0 ? Optional.empty() : Optional.of(look.apply(this));
        } finally {
            lock.unlock();
        }
    }

    // The rest is for those who look.

    Architecture architecture() {
        return architecture;
    }

    Hyperparameters hyperparameters() {
        return hyperparameters;
    }

    /** Number of the newest record, counted from 0. */
    long newest() {
        return added - 1;
    }

    /** Records that there are. */
    int size() {
        return (int) Math.min(added - begin, capacity);
    }

    /** Number of a record, by its age: 0 is the newest. */
    long number(int age) {
        return newest() - age;
    }

    boolean has(long number) {
        return number <= newest() && newest() - number < size();
    }

    /** Where a record begins in rows of that length, by its age. */
    int row(int age, int length) {
        return place(number(age)) * length;
    }

    private int place(long number) {
        return (int) (number % capacity);
    }

    /** Live, in {@link #row}s. */
    float[] inputs() {
        return inputs;
    }

    /** A hidden layer's, live, in {@link #row}s. */
    float[] activations(int layer) {
        return activations[layer];
    }

    /** Of a record, by its age; {@link MiniBatch#UNLABELLED} if it has none. */
    String label(int age) {
        return labels[place(number(age))];
    }

    /** Live, by tensor name; empty of a model that is too large to be copied. */
    Map<String, float[]> parameters() {
        return parameters;
    }

    /**
     * What the model makes of a record by the {@link #parameters}, which are known.
     *
     * @return live
     */
    ForwardPass reconstruct(float[] record, String label) {
        if (inference == null) {
            Hyperparameters single = hyperparameters.with(Map.of("batch", "1"));
            inference = new Inference(architecture, single, parameters, new PortableProduct());
            one = inference.newBatch();
        }
        one.clear();
        one.add(record, 0, label);
        return inference.reconstruct(one);
    }

    /** Updates that made the {@link #parameters}. */
    long step() {
        return step;
    }
}
