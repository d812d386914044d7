package io.sparsestream.learn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Multinomial logistic regression by mini-batches and Adam, from weights of 0:
 *
 * <pre>
 * loss = mean(−ln p_label)  +  λ/2 Σ w²,   p = softmax(x W + b)
 * </pre>
 *
 * Of no inputs it learns how frequent each class is. The same steps on the same rows lead to the same bits. Not thread-safe.
 */
public final class LogisticRegression {
    private final int inputs;
    private final int classes;
    private final int capacity;
    private final float l2;
    private final MatrixProduct product;
    private final Adam adam = new Adam(Hyperparameters.PLAIN); // with the usual decays and ε
    private final RowSum rowSum;
    private final Map<String, float[]> values = new LinkedHashMap<>();
    private final float[] weights; // [inputs × classes]
    private final float[] biases; // [classes]
    private final float[] weightGradient; // without the L2 term, which Adam's pass adds
    private final float[] biasGradient;
    private final float[] probabilities; // [capacity × classes]
    private final float[] deltas; // [capacity × classes]: d loss / d score
    private final MatrixProduct.Operand rowsOperand;
    private final MatrixProduct.Operand weightsOperand;
    private final MatrixProduct.Operand deltasOperand;

    /**
     * @param inputs numbers of a row, 0 or more
     * @param capacity most rows of a mini-batch
     * @param l2 λ, 0 or more
     */
    public LogisticRegression(int inputs, int classes, int capacity, double l2, MatrixProduct product) {
        this.inputs = inputs;
        this.classes = classes;
        this.capacity = capacity;
        this.l2 = (float) l2;
        this.product = product;
        rowSum = new RowSum(classes);
        for (Tensor tensor : List.of(new Tensor("w", List.of(inputs, classes)), new Tensor("b", List.of(classes)))) {
            for (String moment : List.of("", "m.", "v.")) {
                values.put(moment + tensor.name(), new float[tensor.size()]);
            }
        }
        weights = values.get("w");
        biases = values.get("b");
        weightGradient = new float[weights.length];
        biasGradient = new float[classes];
        probabilities = new float[MiniBatch.floats(capacity, classes)];
        deltas = new float[probabilities.length];
        int some = Math.max(1, inputs); // an engine has no empty operands
        rowsOperand = product.operand(MiniBatch.floats(capacity, some));
        weightsOperand = product.operand(some * classes);
        deltasOperand = product.operand(deltas.length);
    }

    /** All that learning changes, by name, live: {@code w} [inputs × classes], {@code b} [classes], Adam's {@code m.} and {@code v.} of each. */
    public Map<String, float[]> values() {
        return values;
    }

    /**
     * The probability of each class for the first rows.
     *
     * @param rows [capacity × inputs]
     * @return [capacity × classes], valid until the next call
     */
    public float[] probabilities(float[] rows, int count) {
        if (inputs == 0) { // of which an engine has no product
            for (int row = 0; row < capacity; row++) {
                System.arraycopy(biases, 0, probabilities, row * classes, classes);
            }
        } else {
            scores(rows);
        }
        softmax(count);
        return probabilities;
    }

    private void scores(float[] rows) {
        rowsOperand.load(rows);
        weightsOperand.load(weights);
        // The whole capacity, whatever the count: a BLAS picks its kernel by the number of rows.
        product.multiply(false, false, capacity, classes, inputs, rowsOperand, weightsOperand, biases, probabilities);
    }

    /** Replaces the scores of each row by e^score / Σ e^score; the greatest is subtracted first, so that none overflows. */
    private void softmax(int count) {
        for (int start = 0; start < count * classes; start += classes) {
            float greatest = Float.NEGATIVE_INFINITY;
            for (int i = start; i < start + classes; i++) {
                greatest = Math.max(greatest, probabilities[i]);
            }
            for (int i = start; i < start + classes; i++) {
                probabilities[i] -= greatest;
            }
        }
        Exponential.apply(probabilities, count * classes);
        for (int start = 0; start < count * classes; start += classes) {
            float sum = 0;
            for (int i = start; i < start + classes; i++) {
                sum += probabilities[i];
            }
            for (int i = start; i < start + classes; i++) {
                probabilities[i] /= sum;
            }
        }
    }

    /** The likeliest class of a row of the last {@link #probabilities} or {@link #learn}; of equal ones the first. */
    public int predicted(int row) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            best = probabilities[row * classes + c] > probabilities[row * classes + best] ? c : best;
        }
        return best;
    }

    /**
     * One step of gradient descent on the first rows; what was {@link #predicted} then is from before it.
     *
     * @param rows [capacity × inputs]
     * @param labels the class of each row [at least count]
     * @param count rows, at least 1
     * @param updates steps before this one
     * @param learningRate Adam's step size
     */
    public void learn(float[] rows, int[] labels, int count, long updates, double learningRate) {
        gradient(rows, labels, count);
        update(updates, (float) learningRate, l2, weightGradient, "w");
        update(updates, (float) learningRate, 0, biasGradient, "b");
    }

    private void update(long updates, float learningRate, float alpha, float[] gradient, String name) {
        adam.update(
                updates,
                learningRate,
                alpha,
                gradient,
                values.get(name),
                values.get("m." + name),
                values.get("v." + name));
    }

    /** Finds the gradient of the loss without its L2 term: d loss / d score = (p − [class is the label]) / count. */
    private void gradient(float[] rows, int[] labels, int count) {
        probabilities(rows, count);
        System.arraycopy(probabilities, 0, deltas, 0, count * classes);
        Arrays.fill(deltas, count * classes, deltas.length, 0);
        for (int row = 0; row < count; row++) {
            deltas[row * classes + labels[row]] -= 1;
        }
        for (int i = 0; i < count * classes; i++) {
            deltas[i] /= count;
        }
        if (inputs > 0) {
            deltasOperand.load(deltas);
            product.multiply(true, false, inputs, classes, count, rowsOperand, deltasOperand, null, weightGradient);
        }
        rowSum.sum(deltas, count, biasGradient);
    }

    /** Of the last step, the L2 term left out, by name: for tests. */
    Map<String, float[]> gradients() {
        return Map.of("w", weightGradient, "b", biasGradient);
    }
}
