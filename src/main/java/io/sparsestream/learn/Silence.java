package io.sparsestream.learn;

/** How long each unit of a hidden layer has been silent: steps since it was last active in training. */
final class Silence {
    /** Steps of silence after which a unit begins anew. */
    static final int LONG = 250;

    /** Steps after which a dictionary's unit gets help: sooner, since nothing is lost by it. */
    static final int SHORT = 50;

    private final double[] silent;
    private final int units;

    Silence(double[] silent) {
        this.silent = silent;
        units = silent.length;
    }

    /** Takes in the activations of a step [at least images × units]. */
    void add(float[] activations, int images) {
        for (int j = 0; j < units; j++) {
            silent[j]++;
        }
        for (int image = 0; image < images; image++) {
            int row = image * units;
            for (int j = 0; j < units; j++) {
                silent[j] = activations[row + j] > 0 ? 0 : silent[j];
            }
        }
    }

    /** Whether the unit is to begin anew. */
    boolean isLong(int unit) {
        return silent[unit] >= LONG;
    }

    /** Whether the unit may be dying. */
    boolean isShort(int unit) {
        return silent[unit] >= SHORT;
    }

    /** The unit begins anew. */
    void end(int unit) {
        silent[unit] = 0;
    }
}
