package io.sparsestream.model;

import io.sparsestream.learn.ActivationKind;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.InputScale;
import io.sparsestream.learn.OutputKind;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.PublishedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import onnx.Onnx.Version;

/**
 * ONNX, by the protobuf classes that ND4J brings: the autoencoder as a graph, each layer a Gemm and what makes activations of
 * its sums, such as a Sigmoid. Inputs that a model scales are scaled by the graph, and what it makes of them is in the inputs' own
 * units, as the learner's is.
 *
 * <pre>
 * images [N × pixels], 0 … 1  ▸  code [N × units of the innermost layer]  ▸  reconstruction [N × pixels]
 * </pre>
 */
final class Onnx {
    private static final int OPERATOR_SET = 13;
    private static final String BATCH = "N";

    private Onnx() {}

    static byte[] encode(PublishedModel published, Content content) {
        Architecture architecture = published.architecture();
        Hyperparameters hyperparameters = published.hyperparameters();
        GraphProto.Builder graph = GraphProto.newBuilder().setName("autoencoder");
        int innermost = architecture.hiddenLayers() - 1;
        int last = architecture.layers() - 1;
        graph.addInput(matrix("images", architecture.inputs()));
        graph.addOutput(matrix("reconstruction", architecture.inputs()));
        graph.addOutput(matrix("code", architecture.hiddenUnits(innermost)));
        List<Tensor> tensors = published.tensors();
        tensors.forEach(
                each -> graph.addInitializer(tensor(each, content.tensors().get(each.name()))));
        InputScale.Shape scale = hyperparameters.scale().shape();
        boolean isScaled = scale != InputScale.Shape.NONE;
        String input = "images";
        if (isScaled) {
            addScaling(graph, scale, input, "scaled");
            input = "scaled";
        }
        if (hyperparameters.isDictionary(architecture)) {
            graph.addNode(
                    node("Sub", "centred", input, tensors.get(2 * last + 1).name()));
            input = "centred";
        }
        for (int layer = 0; layer <= last; layer++) {
            String sum = "z" + (layer + 1);
            graph.addNode(node(
                    "Gemm",
                    sum,
                    input,
                    tensors.get(2 * layer).name(),
                    tensors.get(2 * layer + 1).name()));
            if (layer == last) {
                boolean linear = hyperparameters.output() == OutputKind.LINEAR;
                String output = isScaled ? "scaled reconstruction" : "reconstruction";
                graph.addNode(node(linear ? "Identity" : "Sigmoid", output, sum));
            } else {
                String output = layer == innermost ? "code" : "h" + (layer + 1);
                boolean encodes = layer <= innermost;
                ActivationKind kind = encodes ? hyperparameters.activation(layer) : hyperparameters.decoderActivation();
                addActivation(graph, kind, sum, output, Hyperparameters.theta(layer));
                input = output;
            }
        }
        if (isScaled) {
            addUnscaling(graph, "scaled reconstruction", "reconstruction");
        }
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(Version.IR_VERSION_VALUE)
                .setProducerName("sparsestream")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
                .setGraph(graph);
        content.metadata()
                .forEach((key, value) -> model.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build().toByteArray();
    }

    /** (x − x_offset) · x_factor, cut off where the learner does; a missing value, NaN, is the middle. */
    private static void addScaling(GraphProto.Builder graph, InputScale.Shape scale, String input, String output) {
        graph.addInitializer(scalar("least", scale.least()));
        graph.addInitializer(scalar("greatest", scale.greatest()));
        graph.addInitializer(scalar("middle", scale.middle()));
        graph.addNode(node("Sub", "difference", input, InputScale.OFFSET));
        graph.addNode(node("Mul", "uncut", "difference", InputScale.FACTOR));
        graph.addNode(node("Clip", "cut", "uncut", "least", "greatest"));
        graph.addNode(node("IsNaN", "missing", input));
        graph.addNode(node("Where", output, "missing", "middle", "cut"));
    }

    /** z / x_factor + x_offset; the offset itself where the factor is 0, so that nothing is known but it. */
    private static void addUnscaling(GraphProto.Builder graph, String input, String output) {
        graph.addInitializer(scalar("zero", 0));
        graph.addNode(node("Equal", "unknown", InputScale.FACTOR, "zero"));
        graph.addNode(node("Div", "quotient", input, InputScale.FACTOR));
        graph.addNode(node("Add", "sum", "quotient", InputScale.OFFSET));
        graph.addNode(node("Where", output, "unknown", InputScale.OFFSET, "sum"));
    }

    /** @param theta name of the initializer with the thresholds, where there are some */
    private static void addActivation(
            GraphProto.Builder graph, ActivationKind kind, String sum, String output, String theta) {
        switch (kind.shape()) {
            case SIGMOID -> graph.addNode(node("Sigmoid", output, sum));
            case RELU -> graph.addNode(node("Relu", output, sum));
            case TOPK -> { // ties go to the lower unit here, too
                String k = "k of " + output;
                graph.addInitializer(TensorProto.newBuilder()
                        .setName(k)
                        .setDataType(TensorProto.DataType.INT64_VALUE)
                        .addDims(1)
                        .addInt64Data(kind.k()));
                String greatest = "greatest of " + sum;
                String units = "units of " + output;
                graph.addNode(node("TopK", greatest, sum, k).toBuilder().addOutput(units));
                String zero = "zero of " + sum;
                graph.addNode(node("Sub", zero, sum, sum));
                String few = "few of " + sum;
                graph.addNode(node("ScatterElements", few, zero, units, greatest).toBuilder()
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("axis")
                                .setType(AttributeProto.AttributeType.INT)
                                .setI(1)));
                graph.addNode(node("Relu", output, few));
            }
            case BATCHTOPK, JUMPRELU -> {
                boolean together = kind.shape() == ActivationKind.Shape.BATCHTOPK;
                String active = "active of " + sum;
                graph.addNode(node(together ? "GreaterOrEqual" : "Greater", active, sum, theta));
                String zero = "zero of " + sum;
                graph.addNode(node("Sub", zero, sum, sum));
                String jump = "above of " + sum;
                graph.addNode(node("Where", jump, active, sum, zero));
                graph.addNode(node("Relu", output, jump));
            }
        }
    }

    private static ValueInfoProto matrix(String name, int columns) {
        TensorShapeProto shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(columns))
                .build();
        TypeProto.Tensor type = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(type))
                .build();
    }

    private static TensorProto scalar(String name, float value) {
        return tensor(new Tensor(name, List.of()), new float[] {value});
    }

    private static TensorProto tensor(Tensor tensor, float[] values) {
        TensorProto.Builder builder =
                TensorProto.newBuilder().setName(tensor.name()).setDataType(TensorProto.DataType.FLOAT_VALUE);
        tensor.shape().forEach(builder::addDims);
        for (float value : values) {
            builder.addFloatData(value);
        }
        return builder.build();
    }

    private static NodeProto node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(operator + " " + output)
                .addAllInput(List.of(inputs))
                .addOutput(output)
                .build();
    }

    static Content decode(byte[] bytes) throws IOException {
        ModelProto model = ModelProto.parseFrom(bytes);
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            if (tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE) {
                tensors.put(tensor.getName(), values(tensor));
            }
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        model.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        return new Content(tensors, metadata);
    }

    /** Of a float32 tensor: a list of numbers, as {@link #encode} writes it, or little-endian bytes, as most others do. */
    private static float[] values(TensorProto tensor) {
        if (tensor.getFloatDataCount() == 0) {
            byte[] bytes = tensor.getRawData().toByteArray();
            float[] values = new float[bytes.length / Float.BYTES];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
            return values;
        }
        float[] values = new float[tensor.getFloatDataCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.getFloatData(i);
        }
        return values;
    }
}
