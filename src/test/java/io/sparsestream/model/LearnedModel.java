package io.sparsestream.model;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.PublishedModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Models of any kind that have learned a little. */
public final class LearnedModel {
    private LearnedModel() {}

    /** A model after ten steps. */
    public static ModelFile of(
            Architecture architecture, Hyperparameters hyperparameters, List<byte[]> images, String license) {
        Learner learner = new Autoencoder(architecture, hyperparameters, new PortableProduct());
        for (int step = 0; step < 10; step++) {
            learner.train(batch(learner, images, step));
        }
        Map<String, float[]> parameters = new LinkedHashMap<>();
        List<Manifest.Entry> entries = new ArrayList<>();
        for (Tensor tensor : learner.state().tensors()) {
            float[] values = learner.state().parameter(tensor.name());
            parameters.put(tensor.name(), values);
            entries.add(new Manifest.Entry(
                    tensor.name(), tensor.shape(), "float32", 1, PublishedModel.crc32c(List.of(values))));
        }
        Manifest manifest = new Manifest("a model", architecture.sizes(), hyperparameters, 10, 600, 612, entries);
        return new ModelFile(new PublishedModel(manifest, parameters), license);
    }

    /** Sixty images, counted in batches. */
    public static MiniBatch batch(Learner learner, List<byte[]> images, int number) {
        MiniBatch batch = learner.newBatch();
        for (int i = 0; !batch.isFull(); i++) {
            batch.add(images.get(number * 60 + i));
        }
        return batch;
    }
}
