package io.sparsestream.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The mathematics of the design, literally: double precision, one loop per index, nothing shared with the fast one. */
final class ReferenceLearner {
    final Architecture architecture;
    final Hyperparameters hyper;
    final Map<String, double[]> parameters = new LinkedHashMap<>();
    final Map<String, double[]> m = new LinkedHashMap<>();
    final Map<String, double[]> v = new LinkedHashMap<>();
    int step;

    ReferenceLearner(Architecture architecture, Hyperparameters hyper, LearningState start) {
        this.architecture = architecture;
        this.hyper = hyper;
        for (Tensor tensor : start.tensors()) {
            float[] from = start.parameter(tensor.name());
            double[] to = new double[from.length];
            for (int i = 0; i < to.length; i++) {
                to[i] = from[i];
            }
            parameters.put(tensor.name(), to);
            m.put(tensor.name(), new double[to.length]);
            v.put(tensor.name(), new double[to.length]);
        }
    }

    /** Activations [layer][image][unit], the input as layer 0. */
    double[][][] forward(double[][] x) {
        double[][][] a = new double[architecture.layers() + 1][][];
        a[0] = x;
        for (int l = 0; l < architecture.layers(); l++) {
            int in = architecture.sizes().get(l);
            int out = architecture.sizes().get(l + 1);
            double[] w = weight(l);
            double[] b = bias(l);
            a[l + 1] = new double[x.length][out];
            for (int n = 0; n < x.length; n++) {
                for (int j = 0; j < out; j++) {
                    double z = b[j];
                    for (int i = 0; i < in; i++) {
                        z += a[l][n][i] * w[i * out + j];
                    }
                    a[l + 1][n][j] = 1 / (1 + Math.exp(-z));
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

    double loss(double[][] x) {
        double[][][] a = forward(x);
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
        double rho = hyper.rho();
        for (int h = 0; h < architecture.hiddenLayers(); h++) {
            for (double r : rhoHat(a[h + 1])) {
                kl += hyper.beta(h) * (rho * Math.log(rho / r) + (1 - rho) * Math.log((1 - rho) / (1 - r)));
            }
        }
        return mse + hyper.alpha() * l2 + kl;
    }

    Map<String, double[]> gradient(double[][] x) {
        double[][][] a = forward(x);
        int images = x.length;
        Map<String, double[]> gradients = new LinkedHashMap<>();
        int last = architecture.layers();
        double[][] delta = new double[images][architecture.inputs()];
        for (int n = 0; n < images; n++) {
            for (int i = 0; i < architecture.inputs(); i++) {
                double y = a[last][n][i];
                delta[n][i] = 2 * (y - x[n][i]) / (images * architecture.inputs()) * y * (1 - y);
            }
        }
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
                        dw[i * out + j] += a[l][n][i] * delta[n][j];
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
            if (l > 0) {
                double[] rhoHat = rhoHat(a[l]);
                double[][] before = new double[images][in];
                for (int n = 0; n < images; n++) {
                    for (int i = 0; i < in; i++) {
                        double d = 0;
                        for (int j = 0; j < out; j++) {
                            d += delta[n][j] * w[i * out + j];
                        }
                        if (l <= architecture.hiddenLayers()) {
                            d += hyper.beta(l - 1)
                                    / images
                                    * (-hyper.rho() / rhoHat[i] + (1 - hyper.rho()) / (1 - rhoHat[i]));
                        }
                        before[n][i] = d * a[l][n][i] * (1 - a[l][n][i]);
                    }
                }
                delta = before;
            }
        }
        return gradients;
    }

    void train(double[][] x) {
        double rate = hyper.learningRate(step);
        step++;
        gradient(x).forEach((name, g) -> {
            double[] p = parameters.get(name);
            for (int i = 0; i < p.length; i++) {
                m.get(name)[i] = hyper.beta1() * m.get(name)[i] + (1 - hyper.beta1()) * g[i];
                v.get(name)[i] = hyper.beta2() * v.get(name)[i] + (1 - hyper.beta2()) * g[i] * g[i];
                double mHat = m.get(name)[i] / (1 - Math.pow(hyper.beta1(), step));
                double vHat = v.get(name)[i] / (1 - Math.pow(hyper.beta2(), step));
                p[i] -= rate * mHat / (Math.sqrt(vHat) + hyper.epsilon());
            }
        });
    }

    private List<String> names() {
        return new ArrayList<>(parameters.keySet());
    }

    private double[] weight(int layer) {
        return parameters.get(names().get(2 * layer));
    }

    private double[] bias(int layer) {
        return parameters.get(names().get(2 * layer + 1));
    }
}
