package io.sparsestream.stream.keyed;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LearningState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The learners of a task, each of them with a model. There are no more than may be in memory: then the model that was used
 * least recently gives its own away.
 */
final class Learners {
    private final Supplier<Learner> newLearner;
    private final int most;
    private final KeyedStore store;
    private final KeyedListener listener;
    private final LearningState initial; // of every model
    private final Deque<Learner> unused;
    /** Models with a learner, by key, the one used last at the end. */
    private final Map<String, KeyedModel> inMemory = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param first a learner in the state in which every model begins
     * @param newLearner makes the others when they are needed
     * @param most models in memory
     */
    Learners(Learner first, Supplier<Learner> newLearner, int most, KeyedStore store, KeyedListener listener) {
        this.newLearner = newLearner;
        this.most = most;
        this.store = store;
        this.listener = listener;
        initial = new LearningState(first.architecture(), first.hyperparameters());
        initial.copyFrom(first.state());
        unused = new ArrayDeque<>(List.of(first));
    }

    /** The model of that key, if it is in memory; it counts as used. */
    Optional<KeyedModel> use(String key) {
        return Optional.ofNullable(inMemory.get(key));
    }

    /** Models in memory. */
    int count() {
        return inMemory.size();
    }

    /**
     * The learner of a model, which comes to memory if it is not there.
     *
     * @param keep stores the state of the model that has to leave memory
     */
    Learner of(KeyedModel model, Consumer<KeyedModel> keep) {
        if (!model.isInMemory()) {
            model.load(free(keep), store, initial);
            inMemory.put(model.key(), model);
            listener.onLoad();
        }
        return model.learner();
    }

    private Learner free(Consumer<KeyedModel> keep) {
        if (!unused.isEmpty()) {
            return unused.remove();
        }
        if (inMemory.size() < most) {
            return newLearner.get();
        }
        KeyedModel oldest = inMemory.values().iterator().next();
        keep.accept(oldest);
        inMemory.remove(oldest.key());
        Learner free = oldest.unload();
        listener.onEvict();
        return free;
    }
}
