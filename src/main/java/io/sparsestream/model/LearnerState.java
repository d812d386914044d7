package io.sparsestream.model;

import io.sparsestream.learn.InputScale;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LearningState;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Json;
import io.sparsestream.message.PublishedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a learner knows besides its parameters, as a model file has it: with both it goes on where it was.
 *
 * @param moments Adam's, by name
 * @param averages float64 arrays of the state by name
 */
record LearnerState(Map<String, float[]> moments, Map<String, double[]> averages) {
    /** In the metadata of the file. */
    private record Text(Map<String, double[]> averages, long momentsCrc32c) {}

    static LearnerState of(Learner learner) {
        LearningState state = learner.state();
        Map<String, float[]> moments = new LinkedHashMap<>();
        tensors(state.tensors())
                .forEach(tensor -> moments.put(tensor.name(), state.values().get(tensor.name())));
        return new LearnerState(moments, state.averages());
    }

    /** Name and shape of the moments of a model with such parameters: as safetensors and npz have them beside these. */
    static List<Tensor> tensors(List<Tensor> parameters) {
        List<Tensor> tensors = new ArrayList<>();
        for (Tensor tensor : parameters) {
            tensors.add(new Tensor("m." + tensor.name(), tensor.shape()));
            tensors.add(new Tensor("v." + tensor.name(), tensor.shape()));
        }
        return tensors;
    }

    String text() {
        return Json.text(new Text(averages, PublishedModel.crc32c(moments.values())));
    }

    /**
     * @param arrays of the file
     * @throws IllegalArgumentException if the moments are not those that were written
     */
    static LearnerState of(String json, List<Tensor> parameters, Map<String, float[]> arrays) {
        Text text = Json.read(json, Text.class);
        Map<String, float[]> moments = new LinkedHashMap<>();
        for (Tensor tensor : tensors(parameters)) {
            float[] values = arrays.get(tensor.name());
            if (values == null || values.length != tensor.size()) {
                throw new IllegalArgumentException("tensor " + tensor.name() + " is missing, or not of shape "
                        + tensor.shape() + ": save the model again");
            }
            moments.put(tensor.name(), values);
        }
        if (PublishedModel.crc32c(moments.values()) != text.momentsCrc32c) {
            throw new IllegalArgumentException("the moments do not match their checksum: save the model again");
        }
        return new LearnerState(moments, text.averages);
    }

    /** @throws IOException if it is not that of such a learner */
    void copyInto(Learner learner, long step, long images) throws IOException {
        LearningState state = learner.state();
        moments.forEach(
                (name, values) -> System.arraycopy(values, 0, state.values().get(name), 0, values.length));
        for (Map.Entry<String, double[]> average : state.averages().entrySet()) {
            double[] values = averages.get(average.getKey());
            if (values == null && average.getKey().equals(InputScale.MISSING)) {
                Arrays.fill(average.getValue(), 0);
                continue;
            }
            if (values == null || values.length != average.getValue().length) {
                throw new IOException("the file's state has no " + average.getKey() + " of " + average.getValue().length
                        + " numbers: save the model again by this version");
            }
            System.arraycopy(values, 0, average.getValue(), 0, values.length);
        }
        state.restoreCounts(step, images);
    }
}
