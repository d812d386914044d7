package io.sparsestream.api;

import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * A program as a user of the library writes it, to be killed: its processor learns behind a repartition topic, so not from the topic
 * that it reads.
 */
public final class LibraryApplication {
    static final String READINGS = "readings";
    static final String SCORES = "scores";

    /** More than a few steps are between two commits, so that a kill is in the middle of a mini-batch. */
    static final AutoencoderSettings SETTINGS = Readings.SETTINGS.with("batch", 60);

    private static final int MILLIS_PER_RECORD = 1; // so that a kill finds it at work

    private LibraryApplication() {}

    /** @param arguments bootstrap servers, state directory */
    public static void main(String[] arguments) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(READINGS, Consumed.with(Serdes.Integer(), Serdes.ByteArray()))
                .peek((key, value) -> pause())
                .selectKey((key, value) -> "reading " + key)
                .repartition(
                        Repartitioned.with(Serdes.String(), Serdes.ByteArray()).withNumberOfPartitions(1))
                .process(AutoencoderProcessor.<String, byte[]>of(
                                "pump", SETTINGS, (key, value) -> AutoencoderProcessorTest.floats(value))
                        .checkpointEvery(500))
                .mapValues(
                        scored -> AutoencoderProcessorTest.text(scored.score().orElseThrow()))
                .to(SCORES, Produced.with(Serdes.String(), Serdes.String()));
        Properties properties = new Properties();
        properties.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                "library",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                arguments[0],
                StreamsConfig.STATE_DIR_CONFIG,
                arguments[1],
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                "one",
                StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG),
                "earliest"));
        new KafkaStreams(builder.build(), properties).start();
    }

    private static void pause() {
        try {
            Thread.sleep(MILLIS_PER_RECORD);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
