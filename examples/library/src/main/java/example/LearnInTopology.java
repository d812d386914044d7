package example;

import io.sparsestream.api.AutoencoderProcessor;
import io.sparsestream.api.AutoencoderSettings;
import io.sparsestream.api.Score;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/** The processor in a topology of one's own: readings as CSV in, each with its rank out. */
public final class LearnInTopology {
    private static final String READINGS = "pump-readings";
    private static final String RANKS = "pump-ranks";
    private static final int COUNT = 50_000;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private LearnInTopology() {}

    static Topology topology() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(READINGS, Consumed.with(Serdes.String(), Serdes.String()))
                .mapValues(Reading::fromCsv)
                .process(AutoencoderProcessor.<String, Reading>of(
                        "pump", AutoencoderSettings.preset("vectors").inputs(4), (key, reading) -> reading.numbers()))
                .mapValues(scored -> scored.score().map(Score::rank).orElse(Double.NaN) + ","
                        + scored.value().isWorn())
                .to(RANKS, Produced.with(Serdes.String(), Serdes.String()));
        return builder.build();
    }

    /** @param arguments bootstrap servers, directory for the program's state */
    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG, "pump-watch",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0],
                StreamsConfig.STATE_DIR_CONFIG, arguments[1],
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2));
        send(arguments[0]);
        try (KafkaStreams streams = new KafkaStreams(topology(), properties)) {
            streams.start();
            read(arguments[0]).report();
        }
    }

    private static void send(String servers) throws Exception {
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", servers))) {
            admin.createTopics(List.of(new NewTopic(READINGS, 1, (short) -1), new NewTopic(RANKS, 1, (short) -1)))
                    .all()
                    .get();
        }
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers), new StringSerializer(), new StringSerializer())) {
            for (Reading reading : Reading.some(COUNT)) {
                producer.send(new ProducerRecord<>(READINGS, reading.toCsv()));
            }
        }
    }

    /** Waits for all ranks, and for none that there is too much. */
    private static Found read(String servers) {
        Found found = new Found();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(RANKS, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long start = System.nanoTime();
            while (found.readings() < COUNT && System.nanoTime() - start < LIMIT.toNanos()) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    String[] fields = record.value().split(",");
                    found.add(Boolean.parseBoolean(fields[1]), Double.parseDouble(fields[0]) > Found.UNUSUAL);
                }
            }
        }
        System.out.printf(Locale.ROOT, "%,d readings, %,d ranks%n", COUNT, found.readings());
        if (found.readings() != COUNT) {
            throw new IllegalStateException("each reading is to have one rank");
        }
        return found;
    }
}
