package io.sparsestream.learn;

/**
 * The sparsity penalty on one unit's mean activation ρ̂: KL(ρ ‖ ρ̂) = ρ ln(ρ/ρ̂) + (1−ρ) ln((1−ρ)/(1−ρ̂)), from
 * A. Ng, "Sparse autoencoder", CS294A lecture notes, 2011.
 */
final class Sparsity {
    /** Keeps both ends finite: a dead unit has ρ̂ = 0 in float32, a saturated one ρ̂ = 1. Small against any ρ in use. */
    private static final double EDGE = 1e-6;

    private Sparsity() {}

    static double divergence(double rho, double rhoHat) {
        double r = clamp(rhoHat);
        return rho * Math.log(rho / r) + (1 - rho) * Math.log((1 - rho) / (1 - r));
    }

    /** Σ_j KL(ρ ‖ ρ̂_j) over a layer's units. */
    static double divergence(double rho, double[] rhoHats) {
        double sum = 0;
        for (double rhoHat : rhoHats) {
            sum += divergence(rho, rhoHat);
        }
        return sum;
    }

    /**
     * d KL / d ρ̂ = −ρ/ρ̂ + (1−ρ)/(1−ρ̂); at the ends that of the edge, so that it is finite. It does not bring back
     * every unit: backpropagation multiplies it by a(1 − a), which in float32 is exactly 0 from z = 17 on, and next to
     * nothing below z = −22. A unit that is so far off for all images stays there.
     */
    static double gradient(double rho, double rhoHat) {
        double r = clamp(rhoHat);
        return (1 - rho) / (1 - r) - rho / r;
    }

    private static double clamp(double rhoHat) {
        return Math.max(EDGE, Math.min(1 - EDGE, rhoHat));
    }
}
