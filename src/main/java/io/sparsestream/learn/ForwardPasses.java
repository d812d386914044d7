package io.sparsestream.learn;

import java.util.List;

/** Forward passes of a model over a split, one mini-batch after the other. */
public final class ForwardPasses {
    private ForwardPasses() {}

    /** Sees each pass. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * @param forward valid until the next pass
         * @param batch of its images
         * @param first index of the batch's first image in the split
         */
        void visit(ForwardPass forward, MiniBatch batch, int first);
    }

    /**
     * @param images uint8 images, each as long as the architecture's input
     * @param labels of the images, one for each; {@link MiniBatch#UNLABELLED} where there is none
     */
    public static void over(Reconstructor model, List<byte[]> images, List<String> labels, Visitor visitor) {
        MiniBatch batch = model.newBatch();
        for (int i = 0; i < images.size(); i++) {
            batch.add(images.get(i), labels.get(i));
            if (batch.isFull() || i == images.size() - 1) {
                visitor.visit(model.reconstruct(batch), batch, i + 1 - batch.size());
                batch.clear();
            }
        }
    }
}
