package io.sparsestream.scaling;

import java.util.stream.DoubleStream;

/**
 * How fast P replicas learn. A round of K local steps takes
 *
 * <pre>
 * T = K · max(step, P · stepCpu / cores)                       the local steps
 *   + d · round                                                transactions, once for each level of a tree
 *   + d · n · gather / A                                       the averaging task: one update after the other
 *   + d · (n · (r · updateBytes + answerBytes) + stored) / (A · bandwidth)
 *                                                              the network of the busiest machines: the updates' one
 *                                                              partition has one leader, which also feeds its r − 1
 *                                                              followers and the averager; the averager sends n answers,
 *                                                              and stores parameters and momentum
 *
 * n = min(P, fanIn), d = ⌈log P / log fanIn⌉ levels, A shards, r replicas of a topic
 * </pre>
 *
 * but no less than the brokers' networks need for all of it. Then P · K · 60 images have been learned from.
 */
record ThroughputModel(Costs costs) {
    private static final int BATCH = 60;
    private static final double IMAGE_BYTES = 852; // a record on the images topic, key and headers included
    private static final double RECONSTRUCTION_BYTES = 903;
    private static final double STORED_BYTES = 2 * 489_814 * Float.BYTES; // with each round

    /**
     * What is to be expected.
     *
     * @param steps seconds of a round for local steps
     * @param transactions seconds of a round for commits, writing an update, taking an answer
     * @param averaging seconds of a round at the averaging task
     * @param network seconds of a round for updates and answers on their way
     * @param brokers seconds of a round that each broker's network is busy, beside all that
     * @param imagesPerSecond of all replicas
     * @param efficiency images per second over those of as many models that wait for nobody
     * @param brokerCores that the brokers need, all together
     */
    record Prediction(
            double steps,
            double transactions,
            double averaging,
            double network,
            double brokers,
            double imagesPerSecond,
            double efficiency,
            double brokerCores) {
        double roundSeconds() {
            return Math.max(steps + transactions + averaging + network, brokers);
        }

        /** What takes most of a round besides the local steps. */
        String limit() {
            double most =
                    DoubleStream.of(transactions, averaging, network).max().orElseThrow();
            if (brokers > steps + transactions + averaging + network) {
                return "brokers' network";
            }
            return most > steps
                    ? most == averaging ? "averaging task" : most == network ? "its network" : "transactions"
                    : "local steps";
        }
    }

    Prediction predict(Deployment on) {
        int inputs = Math.min(on.partitions(), on.fanIn());
        int levels = levels(on.partitions(), on.fanIn());
        double own = Math.max(costs.step(), on.partitions() * costs.stepCpu() / on.cores());
        boolean rounds = on.partitions() > 1;
        double steps = on.every() * own;
        double transactions = rounds ? levels * costs.round() : 0;
        double averaging = rounds ? levels * inputs * costs.gather() / on.shards() : 0;
        double network = rounds
                ? levels
                        * (inputs * (on.replication() * on.updateBytes() + on.answerBytes()) + STORED_BYTES)
                        / (on.shards() * on.bandwidth())
                : 0;
        double images = (double) on.partitions() * on.every() * BATCH;
        double brokers = brokerBytes(on, images, rounds) / (on.brokers() * on.bandwidth());
        double round = Math.max(steps + transactions + averaging + network, brokers);
        return new Prediction(
                steps,
                transactions,
                averaging,
                network,
                brokers,
                images / round,
                on.every() * costs.step() / round,
                images / round * costs.brokerCpu());
    }

    /** What all brokers send in a round: to consumers once, and to followers. */
    private static double brokerBytes(Deployment on, double images, boolean rounds) {
        double followers = on.replication() - 1;
        double bytes = images * (IMAGE_BYTES + followers * (IMAGE_BYTES + RECONSTRUCTION_BYTES));
        if (rounds) {
            bytes += on.partitions() * (on.updateBytes() + on.answerBytes()) * (1 + followers)
                    + followers * STORED_BYTES;
        }
        return bytes;
    }

    private static int levels(int partitions, int fanIn) {
        int levels = 1;
        for (long reached = fanIn; reached < partitions; reached *= fanIn) {
            levels++;
        }
        return levels;
    }
}
