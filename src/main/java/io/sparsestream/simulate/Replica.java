package io.sparsestream.simulate;

import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LearningState;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.Tensor;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** One replica of the model, and the images of its partition. */
final class Replica {
    private final Learner learner;
    private final Iterator<byte[]> images;
    private final MiniBatch batch;
    private final Map<String, float[]> residuals = new LinkedHashMap<>();

    Replica(Learner learner, Iterator<byte[]> images) {
        this.learner = learner;
        this.images = images;
        batch = learner.newBatch();
        for (Tensor tensor : learner.state().tensors()) {
            residuals.put(tensor.name(), new float[tensor.size()]);
        }
    }

    /** So many steps, or fewer where its images end; what does not fill a mini-batch is left. Returns the images trained. */
    long train(long steps) {
        LearningState state = learner.state();
        long before = state.images();
        for (long end = state.step() + steps; state.step() < end && images.hasNext(); ) {
            batch.add(images.next());
            if (batch.isFull()) {
                learner.train(batch);
                batch.clear();
            }
        }
        return state.images() - before;
    }

    /**
     * What has changed since the last round, as its receiver decodes it.
     *
     * @param delta filled, by tensor
     * @return its encoded bytes
     */
    long publish(Map<String, float[]> base, DeltaEncoding encoding, Map<String, float[]> delta) {
        long bytes = 0;
        for (Map.Entry<String, float[]> entry : delta.entrySet()) {
            String name = entry.getKey();
            float[] change = entry.getValue();
            float[] parameter = learner.state().parameter(name);
            float[] start = base.get(name);
            for (int i = 0; i < change.length; i++) {
                change[i] = parameter[i] - start[i];
            }
            byte[] encoded = encoding.encode(change, residuals.get(name));
            encoding.decode(encoded, change);
            bytes += encoded.length;
        }
        return bytes;
    }

    Learner learner() {
        return learner;
    }
}
