package io.sparsestream.bench;

import io.sparsestream.learn.LearningState;
import io.sparsestream.learn.Tensor;

/** The same start for everybody. */
final class InitialWeights {
    private final LearningState state;

    InitialWeights(Size size) {
        state = new LearningState(size.architecture(), size.hyperparameters());
    }

    int layers() {
        return state.tensors().size() / 2;
    }

    /** Row-major [in × out]. */
    float[] weight(int layer) {
        return state.parameter(tensor(layer).name());
    }

    int in(int layer) {
        return tensor(layer).shape().get(0);
    }

    int out(int layer) {
        return tensor(layer).shape().get(1);
    }

    private Tensor tensor(int layer) {
        return state.tensors().get(2 * layer);
    }
}
