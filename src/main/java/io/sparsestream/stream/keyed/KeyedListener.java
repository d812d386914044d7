package io.sparsestream.stream.keyed;

import io.sparsestream.stream.TrainingListener;

/** Watches the training of a model for each key. Called on the stream thread, as its parent is. */
public interface KeyedListener extends TrainingListener {
    /** After a learner was given to a model that had none in memory: a new one, or one whose state is in the store. */
    default void onLoad() {}

    /** After a model had to give its learner to another. */
    default void onEvict() {}

    /**
     * Several times a second.
     *
     * @param partition of the images topic, and so the task
     * @param inMemory models of that task with a learner in memory
     * @param keys models of that task in all
     */
    default void onModels(int partition, int inMemory, long keys) {}

    /** Both, this one first; what is said of models by key is said to this one alone. */
    @Override
    default KeyedListener and(TrainingListener other) {
        KeyedListener keyed = this;
        class KeyedBoth extends Both implements KeyedListener {
            KeyedBoth() {
                super(keyed, other);
            }

            @Override
            public void onLoad() {
                keyed.onLoad();
            }

            @Override
            public void onEvict() {
                keyed.onEvict();
            }

            @Override
            public void onModels(int partition, int inMemory, long keys) {
                keyed.onModels(partition, inMemory, keys);
            }
        }
        return new KeyedBoth();
    }
}
