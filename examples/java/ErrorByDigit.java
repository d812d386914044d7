import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads all reconstructions of a model that there are, each exactly once, and prints their error by label,
 * which is the digit for MNIST.
 *
 * <pre>java -cp 'target/lib/*' examples/java/ErrorByDigit.java BOOTSTRAP_SERVERS [MODEL]</pre>
 */
public final class ErrorByDigit {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    public static void main(String[] arguments) {
        if (arguments.length < 1 || arguments.length > 2) {
            System.err.println("usage: ErrorByDigit BOOTSTRAP_SERVERS [MODEL]");
            System.exit(2);
        }
        String topic = "reconstructions." + (arguments.length == 2 ? arguments[1] : "sparse");
        Map<String, Object> config =
                Map.of("bootstrap.servers", arguments[0], "isolation.level", "read_committed", "max.poll.records", 5000);
        Map<String, DoubleSummaryStatistics> errors = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic, LIMIT).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                fail("there is no topic " + topic + ": has the model begun to learn?");
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LIMIT);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    errors.computeIfAbsent(text(record, "label"), label -> new DoubleSummaryStatistics())
                            .accept(Double.parseDouble(text(record, "mse")));
                }
            }
        } catch (KafkaException e) { // no broker, no rights: Kafka says which
            fail(arguments[0] + ": " + e.getMessage());
        }
        errors.forEach((label, error) -> System.out.printf(
                Locale.ROOT,
                "label %s  images %6d  mean mse %.4f  worst %.4f%n",
                label, error.getCount(), error.getAverage(), error.getMax()));
    }

    private static void fail(String reason) {
        System.err.println("ErrorByDigit: " + reason);
        System.exit(1);
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "none" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
