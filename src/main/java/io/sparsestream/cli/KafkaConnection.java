package io.sparsestream.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/** Whether Kafka can be reached, before anything is begun. */
final class KafkaConnection {
    private static final int LIMIT_MILLIS = 10_000;

    private KafkaConnection() {}

    /** @throws CommandException if no broker answers within 10 s */
    static void check(Map<String, Object> kafka) throws InterruptedException {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_MILLIS);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LIMIT_MILLIS);
        try (Admin admin = Admin.create(config)) {
            admin.describeCluster().nodes().get();
        } catch (ExecutionException | KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CommandException(
                    "cannot reach Kafka at " + kafka.get("bootstrap.servers") + " (" + cause.getMessage()
                            + "): is the broker running there?",
                    e);
        }
    }
}
