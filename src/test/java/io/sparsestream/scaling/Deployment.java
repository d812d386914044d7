package io.sparsestream.scaling;

/**
 * Replicas and what they run on. Processes have a machine of their own unless {@code cores} says otherwise.
 *
 * @param partitions replicas P
 * @param every local steps K of a round
 * @param updateBytes of one update
 * @param answerBytes of one answer
 * @param shards averaging tasks among which the tensors are divided; 1 as it is built
 * @param fanIn updates that one averaging task takes, in a tree of them; at least P: no tree, as it is built
 * @param brokers how many
 * @param replication of every topic
 * @param bandwidth of each machine's network, in bytes a second, each way
 * @param cores that all processes share; infinite: they share none
 */
record Deployment(
        int partitions,
        int every,
        double updateBytes,
        double answerBytes,
        int shards,
        int fanIn,
        int brokers,
        int replication,
        double bandwidth,
        double cores) {}
