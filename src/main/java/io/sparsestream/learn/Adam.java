package io.sparsestream.learn;

/**
 * D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1, with the gradient of the
 * L2 term fused in: one pass over memory per tensor.
 */
final class Adam {
    /**
     * Adding and subtracting this flushes much smaller values to 0. Denormals would cost some processors a hundred times
     * more: the weights of a pixel that is never set decay for ever, and their moments with them. A gradient so small moves
     * nothing, since ε is larger by far.
     */
    private static final float TINY_GRADIENT = 1e-10f;

    private static final float TINY = 1e-20f;

    private final float beta1;
    private final float beta2;
    private final float epsilon;
    private final double exactBeta1;
    private final double exactBeta2;
    private final SquareSum squares = new SquareSum();

    Adam(Hyperparameters hyperparameters) {
        exactBeta1 = hyperparameters.beta1();
        exactBeta2 = hyperparameters.beta2();
        beta1 = (float) exactBeta1;
        beta2 = (float) exactBeta2;
        epsilon = (float) hyperparameters.epsilon();
    }

    /**
     * Updates one tensor and its moments in place. The four arrays are as long as one another.
     *
     * @param updates steps before this one (the paper's t is one more). A step that only observes, such as a dictionary's first one,
     *     counts although it updates nothing: of the first updates behind it the moments, which are still near 0, are
     *     corrected by less than the paper's
     * @param learningRate of this update (the paper's α)
     * @param alpha weight decay added to the gradient, 0 for biases
     * @param gradient of the loss without its L2 term; left as it is
     * @param m first moment
     * @param v second moment
     * @return Σ w² of the updated parameters, as by {@link SquareSum}
     */
    double update(
            long updates, float learningRate, float alpha, float[] gradient, float[] parameter, float[] m, float[] v) {
        float stepSize = (float) (learningRate / (1 - Math.pow(exactBeta1, updates + 1)));
        float vCorrection = (float) (1 / (1 - Math.pow(exactBeta2, updates + 1)));
        squares.clear();
        // Piece by piece, so that the squares are summed while the parameters are still in the first-level cache.
        for (int from = 0; from < parameter.length; from += SquareSum.WIDTH) {
            int to = Math.min(parameter.length, from + SquareSum.WIDTH);
            updatePiece(from, to, stepSize, vCorrection, alpha, gradient, parameter, m, v);
            squares.add(parameter, from, to);
        }
        return squares.total();
    }

    /**
     * The update from place {@code from} to {@code to}: a method of its own, so that the JIT vectorizes the loop. Inlined
     * into the loop over the pieces it would lack registers for its arrays: scripts/jvm.options forbids that.
     */
    private void updatePiece(
            int from,
            int to,
            float stepSize,
            float vCorrection,
            float alpha,
            float[] gradient,
            float[] parameter,
            float[] m,
            float[] v) {
        // Locals, so that the JIT sees loop invariants and vectorizes.
        float b1 = beta1;
        float b2 = beta2;
        // From double: 1 − 0.999f would already be off in the fifth digit.
        float rest1 = (float) (1 - exactBeta1);
        float rest2 = (float) (1 - exactBeta2);
        float eps = epsilon;
        for (int i = from; i < to; i++) {
            float g = gradient[i] + alpha * parameter[i] + TINY_GRADIENT - TINY_GRADIENT;
            float mi = b1 * m[i] + rest1 * g + TINY - TINY;
            float vi = b2 * v[i] + rest2 * g * g + TINY - TINY;
            m[i] = mi;
            v[i] = vi;
            parameter[i] -= stepSize * mi / ((float) Math.sqrt(vi * vCorrection) + eps);
        }
    }
}
