package io.sparsestream.compare;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.learn.ForwardPasses;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.Reconstructor;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What each unit of the first layer answers to: the mean of the images, each weighted with the unit's activation, less the
 * mean of all images (O. Schwartz et al., "Spike-triggered neural characterization", 2006). 0 everywhere where a unit
 * answers to all images alike.
 *
 * @param differences of each unit [units][pixels], from −1 to 1
 */
public record MeanImages(double[][] differences) {

    /** @param dataset whose images fit the model's input; at least one */
    public static MeanImages of(Reconstructor model, Dataset dataset) {
        int units = model.architecture().hiddenUnits(0);
        int pixels = model.architecture().inputs();
        double[][] weighted = new double[units][pixels];
        double[] weights = new double[units];
        double[] mean = new double[pixels];
        List<String> labels = Collections.nCopies(dataset.size(), MiniBatch.UNLABELLED);
        ForwardPasses.over(model, dataset.images(), labels, (forward, batch, first) -> {
            float[] activations = forward.activations()[0];
            for (int i = 0; i < forward.images(); i++) {
                byte[] image = dataset.images().get(first + i);
                for (int pixel = 0; pixel < pixels; pixel++) {
                    mean[pixel] += (image[pixel] & 0xff) / 255.0 / dataset.size();
                }
                for (int unit = 0; unit < units; unit++) {
                    float activation = activations[i * units + unit];
                    if (activation != 0) {
                        weights[unit] += activation;
                        add(image, activation / 255.0, weighted[unit]);
                    }
                }
            }
        });
        for (int unit = 0; unit < units; unit++) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                weighted[unit][pixel] = weights[unit] == 0 ? 0 : weighted[unit][pixel] / weights[unit] - mean[pixel];
            }
        }
        return new MeanImages(weighted);
    }

    private static void add(byte[] image, double weight, double[] sum) {
        for (int pixel = 0; pixel < sum.length; pixel++) {
            sum[pixel] += weight * (image[pixel] & 0xff);
        }
    }

    /** The units, the one that differs most first. */
    public List<Integer> strongest() {
        double[] squares = new double[differences.length];
        for (int unit = 0; unit < squares.length; unit++) {
            for (double difference : differences[unit]) {
                squares[unit] += difference * difference;
            }
        }
        return IntStream.range(0, squares.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer unit) -> -squares[unit]))
                .toList();
    }
}
