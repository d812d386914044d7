package io.sparsestream.learn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The mathematics of the design, literally: double precision, one loop per index, nothing shared with the fast one. It
 * revives no units, so it holds for the first 250 steps.
 */
final class ReferenceLearner {
    final Architecture architecture;
    final Hyperparameters hyper;
    final Map<String, double[]> parameters = new LinkedHashMap<>();
    final Map<String, double[]> m = new LinkedHashMap<>();
    final Map<String, double[]> v = new LinkedHashMap<>();
    final double[][] silent; // [hidden layer][unit]
    int step;

    ReferenceLearner(Architecture architecture, Hyperparameters hyper, LearningState start) {
        this.architecture = architecture;
        this.hyper = hyper;
        for (Tensor tensor : start.tensors()) {
            float[] values = start.parameter(tensor.name());
            double[] parameter = new double[values.length];
            for (int i = 0; i < parameter.length; i++) {
                parameter[i] = values[i];
            }
            parameters.put(tensor.name(), parameter);
            m.put(tensor.name(), new double[parameter.length]);
            v.put(tensor.name(), new double[parameter.length]);
        }
        silent = new double[architecture.hiddenLayers()][];
        for (int h = 0; h < silent.length; h++) {
            double[] counted = start.silent(architecture.hiddenLayer(h));
            silent[h] = counted.length == 0 ? new double[architecture.hiddenUnits(h)] : counted.clone();
        }
    }

    /** Activations [layer][image][unit], the input as layer 0: each image by itself. */
    double[][][] forward(double[][] x) {
        return forward(x, false)[1];
    }

    /** Sums and activations likewise. */
    private double[][][][] forward(double[][] x, boolean training) {
        double[][][] z = new double[architecture.layers() + 1][][];
        double[][][] a = new double[architecture.layers() + 1][][];
        a[0] = x;
        for (int l = 0; l < architecture.layers(); l++) {
            int in = architecture.sizes().get(l);
            int out = architecture.sizes().get(l + 1);
            double[] w = weight(l);
            double[] b = bias(l);
            z[l + 1] = new double[x.length][out];
            for (int n = 0; n < x.length; n++) {
                for (int j = 0; j < out; j++) {
                    z[l + 1][n][j] = b[j];
                    for (int i = 0; i < in; i++) {
                        double centre = l == 0 && isDictionary() ? bias(1)[i] : 0;
                        z[l + 1][n][j] += (a[l][n][i] - centre) * w[i * out + j];
                    }
                }
            }
            a[l + 1] = activations(l, z[l + 1], training);
        }
        return new double[][][][] {z, a};
    }

    private boolean isDictionary() {
        return hyper.isDictionary(architecture);
    }

    private ActivationKind kind(int layer) {
        return layer < architecture.hiddenLayers() ? hyper.activation(layer) : hyper.decoderActivation();
    }

    private boolean isOutput(int layer) {
        return layer == architecture.layers() - 1;
    }

    private boolean isSigmoid(int layer) {
        return isOutput(layer)
                ? hyper.output() == OutputKind.SIGMOID
                : kind(layer).equals(ActivationKind.SIGMOID);
    }

    private double[][] activations(int layer, double[][] z, boolean training) {
        int units = z[0].length;
        double[][] a = new double[z.length][units];
        boolean[][] greatest = new boolean[z.length][units];
        if (!isOutput(layer) && kind(layer).k() > 0) {
            boolean together = training && kind(layer).shape() == ActivationKind.Shape.BATCHTOPK;
            for (int n = 0; n < (together ? 1 : z.length); n++) {
                int image = n;
                IntStream.range(0, together ? z.length * units : units)
                        .mapToObj(i -> together ? new int[] {i / units, i % units} : new int[] {image, i})
                        .sorted(Comparator.comparingDouble((int[] i) -> -z[i[0]][i[1]])) // stable
                        .limit((long) kind(layer).k() * (together ? z.length : 1))
                        .forEach(i -> greatest[i[0]][i[1]] = true);
            }
        }
        for (int n = 0; n < z.length; n++) {
            for (int j = 0; j < units; j++) {
                double value = z[n][j];
                if (isSigmoid(layer)) {
                    a[n][j] = 1 / (1 + Math.exp(-value));
                } else if (isOutput(layer)) {
                    a[n][j] = value;
                } else {
                    boolean active = switch (kind(layer).shape()) {
                        case TOPK -> greatest[n][j];
                        case BATCHTOPK -> training ? greatest[n][j] : value >= theta(layer)[0];
                        case JUMPRELU -> value > theta(layer)[j];
                        default -> true;
                    };
                    a[n][j] = active && value > 0 ? value : 0;
                }
            }
        }
        return a;
    }

    double[] rhoHat(double[][] activation) {
        double[] mean = new double[activation[0].length];
        for (int j = 0; j < mean.length; j++) {
            for (double[] image : activation) {
                mean[j] += image[j] / activation.length;
            }
        }
        return mean;
    }

    /** Before the update, with the activations of each image by itself. */
    double loss(double[][] x) {
        return loss(x, false);
    }

    /** As the gradient sees it, without the auxiliary loss. */
    double lossInTraining(double[][] x) {
        return loss(x, true);
    }

    private double loss(double[][] x, boolean training) {
        double[][][] a = forward(x, training)[1];
        double[][] out = a[architecture.layers()];
        double mse = 0;
        for (int n = 0; n < x.length; n++) {
            for (int i = 0; i < x[n].length; i++) {
                mse += Math.pow(out[n][i] - x[n][i], 2) / (x.length * x[n].length);
            }
        }
        double l2 = 0;
        for (int l = 0; l < architecture.layers(); l++) {
            for (double w : weight(l)) {
                l2 += w * w / 2;
            }
        }
        double kl = 0;
        double l0 = 0;
        double rho = hyper.rho();
        for (int h = 0; h < architecture.hiddenLayers(); h++) {
            for (double r : rhoHat(a[h + 1])) {
                if (isSigmoid(h)) {
                    kl += hyper.beta(h) * (rho * Math.log(rho / r) + (1 - rho) * Math.log((1 - rho) / (1 - r)));
                }
            }
            for (double[] image : a[h + 1]) {
                for (double each : image) {
                    l0 += kind(h).shape() == ActivationKind.Shape.JUMPRELU && each > 0 ? 1.0 / x.length : 0;
                }
            }
        }
        return mse + hyper.alpha() * l2 + kl + hyper.lambda() * l0;
    }

    /** Of {@link #lossInTraining} by every weight and bias, and jumprelu's estimate by every threshold. */
    Map<String, double[]> gradient(double[][] x) {
        return gradient(x, false);
    }

    private Map<String, double[]> gradient(double[][] x, boolean withAuxiliary) {
        double[][][][] passed = forward(x, true);
        double[][][] z = passed[0];
        double[][][] a = passed[1];
        int images = x.length;
        Map<String, double[]> gradients = new LinkedHashMap<>();
        int last = architecture.layers();
        double[][] delta = new double[images][architecture.inputs()];
        for (int n = 0; n < images; n++) {
            for (int i = 0; i < architecture.inputs(); i++) {
                double y = a[last][n][i];
                delta[n][i] = 2 * (y - x[n][i]) / (images * architecture.inputs());
                delta[n][i] *= isSigmoid(last - 1) ? y * (1 - y) : 1;
            }
        }
        double[] auxiliaryDecoder = new double[weight(last - 1).length];
        for (int l = last - 1; l >= 0; l--) {
            int in = architecture.sizes().get(l);
            int out = architecture.sizes().get(l + 1);
            double[] w = weight(l);
            double[] dw = new double[in * out];
            double[] db = new double[out];
            for (int i = 0; i < in; i++) {
                for (int j = 0; j < out; j++) {
                    dw[i * out + j] = hyper.alpha() * w[i * out + j];
                    for (int n = 0; n < images; n++) {
                        double centre = l == 0 && isDictionary() ? bias(1)[i] : 0;
                        dw[i * out + j] += (a[l][n][i] - centre) * delta[n][j];
                    }
                }
            }
            for (int j = 0; j < out; j++) {
                for (int n = 0; n < images; n++) {
                    db[j] += delta[n][j];
                }
            }
            gradients.put(names().get(2 * l), dw);
            gradients.put(names().get(2 * l + 1), db);
            if (l == 0 && isDictionary()) {
                for (int i = 0; i < in; i++) {
                    for (int j = 0; j < out; j++) {
                        gradients.get("b_d_1")[i] -= db[j] * w[i * out + j];
                    }
                }
            }
            if (l > 0) {
                delta = before(l, w, z[l], a[l], delta, gradients);
                if (withAuxiliary) {
                    auxiliary(x, z[1], a[2], delta, auxiliaryDecoder);
                }
            }
        }
        for (int i = 0; i < auxiliaryDecoder.length; i++) {
            gradients.get(names().get(2 * last - 2))[i] += auxiliaryDecoder[i];
        }
        return gradients;
    }

    /** d loss / d z of the layer before, numbered from 1 here. */
    private double[][] before(
            int l, double[] w, double[][] z, double[][] a, double[][] delta, Map<String, double[]> gradients) {
        int images = a.length;
        int in = a[0].length;
        int out = delta[0].length;
        double[] rhoHat = rhoHat(a);
        double[][] before = new double[images][in];
        double[] byTheta = new double[in];
        for (int n = 0; n < images; n++) {
            for (int i = 0; i < in; i++) {
                double d = 0;
                for (int j = 0; j < out; j++) {
                    d += delta[n][j] * w[i * out + j];
                }
                if (isSigmoid(l - 1)) {
                    if (l <= architecture.hiddenLayers()) {
                        d += hyper.beta(l - 1)
                                / images
                                * (-hyper.rho() / rhoHat[i] + (1 - hyper.rho()) / (1 - rhoHat[i]));
                    }
                    before[n][i] = d * a[n][i] * (1 - a[n][i]);
                } else {
                    before[n][i] = a[n][i] > 0 ? d : 0;
                }
                if (kind(l - 1).shape() == ActivationKind.Shape.JUMPRELU) {
                    double theta = theta(l - 1)[i];
                    double kernel = Math.abs(z[n][i] - theta) < 0.05 ? 1 : 0;
                    byTheta[i] -= kernel / 0.1 * (theta * d + hyper.lambda() / images);
                }
            }
        }
        if (kind(l - 1).shape() == ActivationKind.Shape.JUMPRELU) {
            gradients.put(Hyperparameters.theta(l - 1), byTheta);
        }
        return before;
    }

    /** Adds 1/32 · mean((ê − e)²) by the silent units' sums and rows. */
    private void auxiliary(double[][] x, double[][] z, double[][] output, double[][] delta, double[] decoder) {
        int pixels = architecture.inputs();
        int most = Math.max(1, pixels / 2);
        for (int n = 0; n < x.length; n++) {
            double[] sums = z[n];
            int[] chosen = IntStream.range(0, sums.length)
                    .filter(j -> silent[0][j] >= 50)
                    .boxed()
                    .sorted(Comparator.comparingDouble(j -> -sums[j]))
                    .limit(most)
                    .mapToInt(j -> j)
                    .toArray();
            if (chosen.length == 0) {
                continue;
            }
            for (int i = 0; i < pixels; i++) {
                double difference = output[n][i] - x[n][i];
                for (int j : chosen) {
                    difference += sums[j] * weight(1)[j * pixels + i];
                }
                for (int j : chosen) {
                    double d = difference * 2 / 8 / (x.length * pixels);
                    delta[n][j] += d * weight(1)[j * pixels + i];
                    decoder[j * pixels + i] += d * sums[j];
                }
            }
        }
    }

    void train(double[][] x) {
        if (isDictionary() && step == 0) {
            for (double[] image : x) {
                for (int i = 0; i < image.length; i++) {
                    bias(1)[i] += image[i] / x.length;
                }
            }
            step++;
            return;
        }
        double rate = hyper.learningRate(step);
        step++;
        double[][][] a = forward(x, true)[1];
        Map<String, double[]> gradients = gradient(x, isDictionary());
        if (isDictionary()) {
            removeParallel(gradients.get("w_d_1"));
        }
        gradients.forEach((name, g) -> {
            double[] p = parameters.get(name);
            for (int i = 0; i < p.length; i++) {
                m.get(name)[i] = hyper.beta1() * m.get(name)[i] + (1 - hyper.beta1()) * g[i];
                v.get(name)[i] = hyper.beta2() * v.get(name)[i] + (1 - hyper.beta2()) * g[i] * g[i];
                double mHat = m.get(name)[i] / (1 - Math.pow(hyper.beta1(), step));
                double vHat = v.get(name)[i] / (1 - Math.pow(hyper.beta2(), step));
                p[i] -= rate * mHat / (Math.sqrt(vHat) + hyper.epsilon());
                p[i] = name.startsWith("theta") ? Math.max(p[i], 0) : p[i];
            }
        });
        if (isDictionary()) {
            normalize();
        }
        for (int h = 0; h < architecture.hiddenLayers(); h++) {
            double least = Double.POSITIVE_INFINITY;
            for (int j = 0; j < silent[h].length; j++) {
                silent[h][j]++;
                for (double[] image : a[h + 1]) {
                    silent[h][j] = image[j] > 0 ? 0 : silent[h][j];
                    least = image[j] > 0 ? Math.min(least, image[j]) : least;
                }
            }
            if (kind(h).shape() == ActivationKind.Shape.BATCHTOPK) {
                theta(h)[0] += Math.max(0.01, 1.0 / step) * (least - theta(h)[0]);
            }
        }
    }

    private void removeParallel(double[] gradient) {
        int pixels = architecture.inputs();
        double[] w = weight(1);
        for (int row = 0; row < w.length; row += pixels) {
            double along = 0;
            for (int i = row; i < row + pixels; i++) {
                along += gradient[i] * w[i];
            }
            for (int i = row; i < row + pixels; i++) {
                gradient[i] -= along * w[i];
            }
        }
    }

    private void normalize() {
        int pixels = architecture.inputs();
        double[] w = weight(1);
        for (int row = 0; row < w.length; row += pixels) {
            double square = 0;
            for (int i = row; i < row + pixels; i++) {
                square += w[i] * w[i];
            }
            for (int i = row; i < row + pixels; i++) {
                w[i] /= Math.sqrt(square);
            }
        }
    }

    private List<String> names() {
        return new ArrayList<>(parameters.keySet());
    }

    private double[] theta(int layer) {
        return parameters.get(Hyperparameters.theta(layer));
    }

    private double[] weight(int layer) {
        return parameters.get(names().get(2 * layer));
    }

    private double[] bias(int layer) {
        return parameters.get(names().get(2 * layer + 1));
    }
}
