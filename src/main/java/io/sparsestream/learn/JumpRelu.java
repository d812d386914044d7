package io.sparsestream.learn;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * z where it is above the unit's threshold θ, else 0, and a penalty λ on the number of active units. S. Rajamanoharan et
 * al., "Jumping ahead: improving reconstruction fidelity with JumpReLU sparse autoencoders", 2024: the gradient by θ is that
 * of the expected loss, estimated from the sums near θ, those within half a bandwidth ε on either side:
 *
 * <pre>
 * d a / d θ = −θ/ε,   d [a &gt; 0] / d θ = −1/ε   where |z − θ| &lt; ε/2
 * </pre>
 */
final class JumpRelu implements Activation {
    /** ε. */
    static final float BANDWIDTH = 0.1f;

    private final int units;
    private final Map<String, float[]> parameters;
    private final Tensor theta;
    private final float[] gradient; // [units]
    private final float[] thresholds; // [units]: θ, but 0 where a round of replicas has left one below it
    private float lambda;

    /** @param parameters by name, live */
    JumpRelu(int units, Map<String, float[]> parameters, int layer, double lambda) {
        this.units = units;
        this.parameters = parameters;
        theta = new Tensor(Hyperparameters.theta(layer), List.of(units));
        this.lambda = (float) lambda;
        gradient = new float[units];
        thresholds = new float[units];
    }

    /** The parameter, live. */
    private float[] values() {
        return parameters.get(theta.name());
    }

    private void readThresholds() {
        float[] values = values();
        for (int j = 0; j < units; j++) {
            thresholds[j] = Math.max(values[j], 0);
        }
    }

    @Override
    public boolean needsSums() {
        return true;
    }

    @Override
    public void apply(float[] z, float[] a, int images) {
        readThresholds();
        for (int image = 0; image < images; image++) {
            int row = image * units;
            for (int j = 0; j < units; j++) {
                a[row + j] = z[row + j] <= thresholds[j] ? 0 : z[row + j]; // and what is no number stays none
            }
        }
    }

    @Override
    public void backward(float[] z, float[] a, float[] delta, int images) {
        Arrays.fill(gradient, 0);
        readThresholds();
        float penalty = lambda / images;
        for (int image = 0; image < images; image++) {
            int row = image * units;
            for (int j = 0; j < units; j++) {
                float threshold = thresholds[j];
                boolean near = Math.abs(z[row + j] - threshold) < BANDWIDTH / 2;
                gradient[j] -= near ? (threshold * delta[row + j] + penalty) / BANDWIDTH : 0;
            }
        }
        Relu.pass(a, delta, images * units);
    }

    @Override
    public void update(LearningState state, Adam adam, float learningRate) {
        float[] values = values();
        adam.update(
                state.step(), learningRate, 0, gradient, values, state.firstMoment(theta), state.secondMoment(theta));
        for (int j = 0; j < units; j++) {
            values[j] = Math.max(values[j], 0);
        }
    }

    @Override
    public void set(Hyperparameters changed) {
        lambda = (float) changed.lambda();
    }

    @Override
    public void revive(LearningState state, int unit) {
        values()[unit] = LearningState.INITIAL_THRESHOLD;
        state.firstMoment(theta)[unit] = 0;
        state.secondMoment(theta)[unit] = 0;
    }
}
