package io.sparsestream.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.message.Dtype;
import io.sparsestream.message.HeaderName;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class OriginalImageTest {
    private static final byte[] GREYS = {0, 51, (byte) 204, (byte) 255};
    private final RecordHeaders headers = new RecordHeaders();

    @Test
    void greysAreTakenAsTheyAre() {
        assertPicture(GREYS);
    }

    /** The numbers of a picture are 0 to 1 then. */
    @Test
    void floatsAreMadeGreys() {
        headers.add(HeaderName.DTYPE, HeaderName.utf8(Dtype.FLOAT32.toString()));
        assertPicture(Dtype.FLOAT32.encode(new float[] {0, 0.2f, 0.8f, 1}, 0, GREYS.length));
    }

    private void assertPicture(byte[] value) {
        OriginalImage image = OriginalImage.of(record(value)).orElseThrow();
        assertThat(image.greys()).containsExactly(GREYS);
        assertThat(image.rows()).isEqualTo(2);
        assertThat(image.columns()).isEqualTo(2);
        assertThat(OriginalImage.greys(record(value), GREYS.length))
                .hasValueSatisfying(greys -> assertThat(greys).containsExactly(GREYS));
        assertThat(OriginalImage.greys(record(value), GREYS.length + 1)).isEmpty();
    }

    @Test
    void whatIsNoPictureIsNone() {
        assertThat(OriginalImage.of(record(null))).isEmpty();
        headers.add(HeaderName.DTYPE, HeaderName.utf8("json"));
        assertThat(OriginalImage.of(record(HeaderName.utf8("{")))).isEmpty();
    }

    private ConsumerRecord<byte[], byte[]> record(byte[] value) {
        return new ConsumerRecord<>(
                "images", 0, 0, 0, TimestampType.CREATE_TIME, 0, 0, null, value, headers, Optional.empty());
    }
}
