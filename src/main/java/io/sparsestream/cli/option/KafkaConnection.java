package io.sparsestream.cli.option;

import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.topic.BrokerQuestion;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/** Whether Kafka can be reached, before anything is begun. */
final class KafkaConnection {
    /** For a broker that is up; one that has just been started takes longer. */
    private static final Duration FIRST = Duration.ofSeconds(3);

    private static final Pattern ADDRESS =
            Pattern.compile("(?:[A-Za-z_]+://)?\\[?(?<host>[^\\[\\]]+)]?:(?<port>\\d{1,5})");

    private KafkaConnection() {}

    /** @throws CommandException if no broker answers in time, or it refuses */
    static void await(Map<String, Object> kafka, Duration limit) throws InterruptedException {
        String servers = kafka.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG).toString();
        Duration first = FIRST.compareTo(limit) < 0 ? FIRST : limit;
        Duration rest = limit.minus(first);
        if (!rest.isZero() && !isListening(servers)) {
            System.err.println(
                    "waiting up to " + limit.toSeconds() + " s for Kafka: nothing listens at " + servers + " yet ...");
            answers(kafka, limit, true);
        } else if (!answers(kafka, first, rest.isZero())) {
            System.err.println("waiting up to " + limit.toSeconds() + " s for Kafka at " + servers + " ...");
            answers(kafka, rest, true);
        }
    }

    /** Whether one of the servers may be there: that none is can be told at once, while Kafka's client tries on. */
    static boolean isListening(String servers) {
        return Arrays.stream(servers.split(",")).anyMatch(KafkaConnection::mayListen);
    }

    private static boolean mayListen(String server) {
        Matcher address = ADDRESS.matcher(server.trim());
        if (!address.matches()) {
            return true; // Kafka's client says what is wrong with it
        }
        try (Socket socket = new Socket()) {
            InetSocketAddress target =
                    new InetSocketAddress(address.group("host"), Integer.parseInt(address.group("port")));
            socket.connect(target, (int) FIRST.toMillis());
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException | IllegalArgumentException e) {
            return true; // it does not answer in time, or its name is not known: that takes a second look
        }
    }

    /** @param last whether it is an error if the time is over */
    private static boolean answers(Map<String, Object> kafka, Duration limit, boolean last)
            throws InterruptedException {
        int millis = (int) Math.max(1, limit.toMillis());
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        try {
            BrokerQuestion.ask(config, admin -> admin.describeCluster().nodes().get());
            return true;
        } catch (ExecutionException | KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof TimeoutException && !last) {
                return false;
            }
            throw new CommandException(
                    "cannot reach Kafka at " + kafka.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG) + " ("
                            + cause.getMessage() + "): is the broker running there?",
                    e);
        }
    }
}
