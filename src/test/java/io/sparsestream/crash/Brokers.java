package io.sparsestream.crash;

import io.sparsestream.support.SparsestreamProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** The brokers that a run works on, each a process of its own. */
public interface Brokers {
    /** How many there are; every topic has a replica on each. */
    int count();

    /** {@code host:port} of each, for clients. */
    String bootstrapServers();

    /** @param node 0 and up; on the directory that it had before, if it was started before */
    SparsestreamProcess start(int node) throws IOException;

    /** Whether they answer, and each has caught up with all partitions. */
    default boolean areInSync(Admin admin) throws Exception {
        return admin.describeCluster().nodes().get().size() == count()
                && topics(admin).stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(partition -> partition.isr().size() == count());
    }

    /** Topics, Kafka's own and the changelog included, that have other replicas or may lose others than they should. */
    default List<String> violations(Admin admin) throws Exception {
        List<String> violations = new ArrayList<>();
        for (TopicDescription topic : topics(admin)) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
            int inSync = Integer.parseInt(admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG)
                    .value());
            int replicas = topic.partitions().get(0).replicas().size();
            if (replicas != count() || inSync != Math.max(1, count() - 1)) {
                violations.add("topic " + topic.name() + ": " + replicas + " replicas, min.insync.replicas " + inSync);
            }
        }
        return violations;
    }

    private static Collection<TopicDescription> topics(Admin admin) throws Exception {
        Collection<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get();
        return admin.describeTopics(names).allTopicNames().get().values();
    }
}
