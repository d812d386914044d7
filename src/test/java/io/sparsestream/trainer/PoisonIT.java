package io.sparsestream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.message.HeaderName;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/** Ten thousand records that are no images, of many kinds, among images: each set aside as it was, none learned from. */
class PoisonIT extends OnRealBroker {
    private static final int POISON = 10_000;
    private static final int IMAGES = 1_500;

    /** Below the broker's default limit of 1 MiB for a batch, which has a header of its own. */
    private static final int NEARLY_TOO_LARGE = 1_048_000;

    private final Random random = new Random(11);

    private final List<IntFunction<ProducerRecord<byte[], byte[]>>> kinds = List.of(
            i -> record(i, null),
            i -> record(i, new byte[0]),
            i -> record(i, Arrays.copyOf(digits.get(i % digits.size()), 783)),
            i -> record(i, Arrays.copyOf(digits.get(i % digits.size()), 785)),
            i -> record(i, noise(1 + random.nextInt(700))),
            i -> record(i, HeaderName.utf8("{\"beta\": NaN, \"learning-rate\": ")),
            i -> record(i, HeaderName.utf8("{\"beta\": 7.5e-3}")),
            i -> with(image(i), HeaderName.SHAPE, HeaderName.utf8("28x27")),
            i -> with(image(i), HeaderName.SHAPE, HeaderName.utf8("-28x-28")),
            i -> with(image(i), HeaderName.SHAPE, HeaderName.utf8("28x28x2")),
            i -> with(image(i), HeaderName.SHAPE, HeaderName.utf8("99999999999999999999x0")),
            i -> with(image(i), HeaderName.SHAPE, HeaderName.utf8("٢٨x٢٨")),
            i -> with(image(i), HeaderName.SHAPE, new byte[0]),
            i -> with(image(i), HeaderName.SHAPE, null),
            i -> with(image(i), HeaderName.SHAPE, noise(20_000)),
            i -> with(image(i), HeaderName.DTYPE, HeaderName.utf8("float32")),
            i -> with(image(i), HeaderName.DTYPE, HeaderName.utf8("UINT8")),
            i -> with(image(i), HeaderName.DTYPE, null),
            i -> with(image(i), HeaderName.DTYPE, HeaderName.utf8("uint8\n\u0007; drop table")),
            i -> with(image(i), HeaderName.LABEL, noise(300)),
            i -> new ProducerRecord<>(Topics.IMAGES, null, noise(5_000), digits.get(i % digits.size())),
            i -> hostileHeaders(record(i, noise(10))));

    @Test
    void everyBadRecordIsSetAsideByteForByteAndTheModelIsThatOfARunWithoutThem() throws Exception {
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
        List<ProducerRecord<byte[], byte[]>> poison = new ArrayList<>();
        for (int i = 0; i < POISON; i++) {
            poison.add(
                    i % 1000 == 500
                            ? record(i, noise(NEARLY_TOO_LARGE))
                            : kinds.get(i % kinds.size()).apply(i));
        }
        int next = 0;
        for (int image = 0; image < IMAGES; image++) {
            for (int until = (image + 1) * POISON / IMAGES; next < until; next++) {
                all.add(poison.get(next));
            }
            all.add(image(image));
        }
        try (Trainer trainer = train(SOON)) {
            send(all);
            await(TOPICS.reconstructions(), IMAGES);
            await(TOPICS.parameters(), published -> step() == IMAGES / BATCH);
            assertThat(trainer.failed()).isNotDone();
        }

        List<ConsumerRecord<byte[], byte[]>> dead = read(TOPICS.deadLetters());
        assertThat(dead).hasSize(POISON);
        for (int i = 0; i < POISON; i++) {
            assertSetAside(poison.get(i), dead.get(i));
        }
        assertThat(read(TOPICS.reconstructions())).hasSize(IMAGES);
        assertIsUninterrupted(IMAGES);
    }

    private static void assertSetAside(ProducerRecord<byte[], byte[]> sent, ConsumerRecord<byte[], byte[]> dead) {
        assertThat(dead.key()).isEqualTo(sent.key());
        assertThat(dead.value()).isEqualTo(sent.value());
        Header[] before = sent.headers().toArray();
        Header[] after = dead.headers().toArray();
        assertThat(Arrays.copyOf(after, before.length)).isEqualTo(before);
        assertThat(after).hasSize(before.length + 5);
        assertThat(HeaderName.text(dead.headers(), HeaderName.REASON))
                .isNotEmpty()
                .doesNotContain("\n");
        assertThat(HeaderName.text(dead.headers(), HeaderName.SOURCE_TOPIC)).isEqualTo(Topics.IMAGES);
        assertThat(HeaderName.text(dead.headers(), HeaderName.SOURCE_PARTITION)).isEqualTo("0");
    }

    private ProducerRecord<byte[], byte[]> image(int i) {
        return record(i, digits.get(i % digits.size()));
    }

    private static ProducerRecord<byte[], byte[]> record(int i, byte[] value) {
        return new ProducerRecord<>(Topics.IMAGES, null, HeaderName.utf8("record/" + i), value);
    }

    private static ProducerRecord<byte[], byte[]> with(
            ProducerRecord<byte[], byte[]> record, String header, byte[] value) {
        record.headers().add(header, value);
        return record;
    }

    /** Names of our own, given by the sender; names that are none; and many of them. */
    private ProducerRecord<byte[], byte[]> hostileHeaders(ProducerRecord<byte[], byte[]> record) {
        with(record, HeaderName.REASON, HeaderName.utf8("none"));
        with(record, HeaderName.SOURCE_OFFSET, HeaderName.utf8("-1"));
        with(record, "", noise(3));
        with(record, "\u0000\r\n", null);
        for (int i = 0; i < 50; i++) {
            with(record, "h" + i % 7, noise(i));
        }
        return with(record, new String(noise(200), StandardCharsets.ISO_8859_1), noise(1000));
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
