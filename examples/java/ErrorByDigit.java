import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads all reconstructions of a model that there are, each exactly once, and prints their error by digit.
 *
 * <pre>java -cp 'target/lib/*' examples/java/ErrorByDigit.java BOOTSTRAP_SERVERS [MODEL]</pre>
 */
public final class ErrorByDigit {
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
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    errors.computeIfAbsent(text(record, "label"), digit -> new DoubleSummaryStatistics())
                            .accept(Double.parseDouble(text(record, "mse")));
                }
            }
        }
        errors.forEach((digit, error) -> System.out.printf(
                "digit %s  images %6d  mean mse %.4f  worst %.4f%n",
                digit, error.getCount(), error.getAverage(), error.getMax()));
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "none" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
