package io.sparsestream.learn;

/** What one layer of a learner makes of its sums z: its activations a, both [B × units]. One object for each layer. */
interface Activation {
    /**
     * Whether {@link #backward} or training reads the sums: else they may be overwritten by the activations, in the same
     * array.
     */
    boolean needsSums();

    /** Fills the rows of the first images, each by itself: what the model is to everyone but the gradient. */
    void apply(float[] z, float[] a, int images);

    /** Whether training has other activations than {@link #apply} finds, which depend on the whole batch. */
    default boolean isBatchWise() {
        return false;
    }

    /** As {@link #apply}, the way that the gradient is to see it. */
    default void applyInTraining(float[] z, float[] a, int images) {
        apply(z, a, images);
    }

    /** Turns d loss / d a into d loss / d z, in place, and keeps what {@link #update} needs. */
    void backward(float[] z, float[] a, float[] delta, int images);

    /**
     * Learns what the function has besides weights and biases, in the step of the last {@link #backward}.
     *
     * @param state that has the parameters which this function reads
     */
    default void update(LearningState state, Adam adam, float learningRate) {}

    /** Goes on with other hyperparameters. */
    default void set(Hyperparameters changed) {}

    /** A unit that is revived begins anew in this, too. */
    default void revive(LearningState state, int unit) {}
}
