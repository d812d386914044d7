package io.sparsestream.model;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * ONNX, by the protobuf classes that ND4J brings: the autoencoder as a graph, each layer a Gemm and a Sigmoid.
 *
 * <pre>
 * images [N × pixels], 0 … 1  ▸  code [N × units of the innermost layer]  ▸  reconstruction [N × pixels]
 * </pre>
 */
final class Onnx {
    private static final int OPERATOR_SET = 13;
    private static final String BATCH = "N";

    private Onnx() {}

    static byte[] encode(Architecture architecture, Content content) {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("autoencoder");
        int innermost = architecture.hiddenLayers() - 1;
        graph.addInput(matrix("images", architecture.inputs()));
        graph.addOutput(matrix("reconstruction", architecture.inputs()));
        graph.addOutput(matrix("code", architecture.hiddenUnits(innermost)));
        List<Tensor> tensors = architecture.tensors();
        String input = "images";
        for (int layer = 0; layer < architecture.layers(); layer++) {
            Tensor weight = tensors.get(2 * layer);
            Tensor bias = tensors.get(2 * layer + 1);
            graph.addInitializer(tensor(weight, content.tensors().get(weight.name())));
            graph.addInitializer(tensor(bias, content.tensors().get(bias.name())));
            String sum = "z" + (layer + 1);
            String output = layer == innermost ? "code" : "h" + (layer + 1);
            if (layer == architecture.layers() - 1) {
                output = "reconstruction";
            }
            graph.addNode(node("Gemm", sum, input, weight.name(), bias.name()));
            graph.addNode(node("Sigmoid", output, sum));
            input = output;
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
