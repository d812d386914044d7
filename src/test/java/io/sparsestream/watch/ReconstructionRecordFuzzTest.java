package io.sparsestream.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import io.sparsestream.support.Outside;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Whatever stands on a topic of reconstructions, people see a reconstruction, or nothing. */
class ReconstructionRecordFuzzTest {
    private static final long COPIED = 1000;
    private static final List<String> FIELDS = List.of("a", "b", "c");
    private static final String[] DTYPES = {"json", "float32", "uint8"};

    /** A picture, or a vector of three numbers; its original is a record with the same value. */
    @FuzzTest
    void record(FuzzedDataProvider data) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("reconstructions", 0, 0, data.consumeBytes(20), null);
        List<String> names =
                List.of(HeaderName.SHAPE, HeaderName.LABEL, HeaderName.STEP, HeaderName.MSE, HeaderName.SOURCE);
        record.headers().add(HeaderName.DTYPE, HeaderName.utf8(data.pickValue(DTYPES)));
        for (String name : names) {
            record.headers().add(name, data.consumeAsciiString(20).getBytes(StandardCharsets.UTF_8));
        }
        boolean isVector = data.consumeBoolean();
        byte[] value = data.consumeRemainingAsBytes();
        ConsumerRecord<byte[], byte[]> whole = new ConsumerRecord<>("reconstructions", 0, 0, record.key(), value);
        record.headers().forEach(whole.headers()::add);
        Outside.read(COPIED * value.length, () -> show(whole, isVector), List.of());
    }

    private static boolean show(ConsumerRecord<byte[], byte[]> record, boolean isVector) {
        Optional<ImageDecoder> vectors = isVector
                ? Optional.of(new ImageDecoder(FIELDS.size(), InputFormat.of(InputFormat.Kind.JSON)))
                : Optional.empty();
        Optional<Reconstruction> shown =
                ReconstructionRecord.read(record, vectors, FIELDS, source -> Optional.of(record));
        shown.ifPresent(each -> {
            if (each.mse() != null) {
                assertThat(Double.parseDouble(each.mse())).isNotNegative();
            }
            if (each.step() != null) {
                assertThat(each.step()).containsOnlyDigits(); // it becomes part of the name of a file
            }
            assertThat(Stream.of(each.key(), String.valueOf(each.label())))
                    .noneMatch(text -> text.chars().anyMatch(Character::isISOControl));
            if (each.values().isEmpty()) {
                int lines =
                        TextPicture.lines(each.pixels(), each.columns(), false).size();
                assertThat(lines).isPositive();
                if (each.original() != null) {
                    assertThat(TextPicture.lines(each.original(), each.columns(), true))
                            .hasSize(lines);
                }
            } else {
                assertThat(each.values()).hasSize(FIELDS.size());
            }
        });
        return shown.isPresent();
    }
}
