package io.sparsestream.bench;

import io.sparsestream.learn.Hyperparameters;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Min;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/** TensorFlow for Java in graph mode: one session run per step, which also fetches loss and reconstructions, as we do. */
final class TensorFlowStep implements Contender {
    private final Graph graph = new Graph();
    private final Session session;
    private final Placeholder<TFloat32> input;
    private final Operand<TFloat32> output;
    private final Operand<TFloat32> loss;
    private final Op update;
    private final Feed feed;
    private final Shape shape;
    private final float[] batch;
    private float lastLoss;

    TensorFlowStep(Size size, Feed feed) {
        this.feed = feed;
        Hyperparameters hyper = size.hyperparameters();
        InitialWeights start = new InitialWeights(size);
        shape = Shape.of(size.batch(), start.in(0));
        batch = new float[size.batch() * start.in(0)];
        Ops tf = Ops.create(graph);
        input = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
        List<Operand<TFloat32>> penalties = new ArrayList<>();
        Operand<TFloat32> h = input;
        for (int layer = 0; layer < start.layers(); layer++) {
            Shape weightShape = Shape.of(start.in(layer), start.out(layer));
            Variable<TFloat32> weight = tf.variable(tf.constant(weightShape, DataBuffers.of(start.weight(layer))));
            Variable<TFloat32> bias = tf.variable(tf.constant(new float[start.out(layer)]));
            Operand<TFloat32> z = tf.nn.biasAdd(tf.linalg.matMul(h, weight), bias);
            if (size.active() > 0) {
                h = layer == 0 ? greatest(tf, z, size.active()) : z;
                continue; // a dictionary has neither penalties nor a last sigmoid
            }
            h = tf.math.sigmoid(z);
            penalties.add(tf.math.mul(tf.constant((float) hyper.alpha()), tf.nn.l2Loss(weight)));
            if (layer < start.layers() / 2) {
                penalties.add(
                        tf.math.mul(tf.constant((float) hyper.beta(layer)), divergence(tf, (float) hyper.rho(), h)));
            }
        }
        output = h;
        Operand<TFloat32> sum = tf.math.mean(tf.math.squaredDifference(h, input), tf.constant(new int[] {0, 1}));
        for (Operand<TFloat32> penalty : penalties) {
            sum = tf.math.add(sum, penalty);
        }
        loss = sum;
        update = new Adam(graph, (float) hyper.learningRate(), (float) hyper.beta1(), (float) hyper.beta2(), (float)
                        hyper.epsilon())
                .minimize(loss);
        session = new Session(
                graph,
                ConfigProto.newBuilder()
                        .setIntraOpParallelismThreads(1)
                        .setInterOpParallelismThreads(1)
                        .build());
        session.initialize();
    }

    /** The greatest sums of each record, by a mask. */
    private static Operand<TFloat32> greatest(Ops tf, Operand<TFloat32> z, int count) {
        Operand<TFloat32> most = tf.nn.topK(z, tf.constant(count), new TopK.Options[] {TopK.sorted(false)})
                .values();
        Operand<TFloat32> least = tf.min(most, tf.constant(1), Min.keepDims(true));
        Operand<TFloat32> mask = tf.stopGradient(tf.dtypes.cast(tf.math.greaterEqual(z, least), TFloat32.class));
        return tf.math.mul(tf.nn.relu(z), mask);
    }

    private static Operand<TFloat32> divergence(Ops tf, float rho, Operand<TFloat32> h) {
        Operand<TFloat32> mean = tf.math.mean(h, tf.constant(0));
        Operand<TFloat32> on = tf.math.mul(tf.constant(rho), tf.math.log(tf.math.div(tf.constant(rho), mean)));
        Operand<TFloat32> off = tf.math.mul(
                tf.constant(1 - rho),
                tf.math.log(tf.math.div(tf.constant(1 - rho), tf.math.sub(tf.constant(1f), mean))));
        return tf.reduceSum(tf.math.add(on, off), tf.constant(0));
    }

    @Override
    public void train(int steps) {
        for (int i = 0; i < steps; i++) {
            feed.fill(batch);
            try (TFloat32 images = TFloat32.tensorOf(shape, DataBuffers.of(batch));
                    Result result = session.runner()
                            .feed(input, images)
                            .addTarget(update.op())
                            .fetch(loss)
                            .fetch(output)
                            .run()) {
                lastLoss = ((TFloat32) result.get(0)).getFloat();
            }
        }
    }

    @Override
    public double loss() {
        return lastLoss;
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
