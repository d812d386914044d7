package io.sparsestream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import io.sparsestream.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final TopicPartition SOURCE = new TopicPartition(Topics.IMAGES, 0);
    private static final byte[] KEY = {7};

    private final FakeLog log = new FakeLog();
    private final List<Long> skipped = new ArrayList<>();
    private final TrainingListener listener = new TrainingListener() {
        @Override
        public void onSkip(long offsets) {
            skipped.add(offsets);
        }
    };
    private final Intake intake = new Intake(
            SOURCE,
            log,
            new Gap("small", OnGap.CONTINUE, SOURCE, log, listener),
            new ImageDecoder(2, InputFormat.AUTO),
            () -> 1234);

    private static Record<byte[], byte[]> record(int... greys) {
        byte[] value = new byte[greys.length];
        for (int i = 0; i < greys.length; i++) {
            value[i] = (byte) greys[i];
        }
        RecordHeaders headers = new RecordHeaders();
        headers.add(HeaderName.LABEL, HeaderName.utf8("4"));
        return new Record<>(KEY, value, 99, headers);
    }

    @Test
    void anImageHasWhatItsRecordSays() {
        intake.reach(3);
        Record<byte[], byte[]> record = record(1, 2);
        assertThat(intake.problem(record)).isNull();
        Image image = intake.take(record, KEY);
        assertThat(image.values()).containsExactly(1, 2);
        assertThat(image.label()).isEqualTo("4");
        assertThat(image.checksum()).isEqualTo(new ImageChecksum().of(3, KEY, record.value(), record.headers()));
        assertThat(image.origin()).isEqualTo(new Image.Origin(KEY, record.headers(), 99, 3, 1234));
        assertThat(intake.position()).isEqualTo(new LogPosition(4, 1, image.checksum()));
    }

    @Test
    void whatIsNoImageIsPassedButNotCounted() {
        intake.moveTo(new LogPosition(5, 2, 17));
        intake.reach(5);
        assertThat(intake.problem(record(1))).hasToString("value of 1 bytes, not 2");
        intake.pass();
        assertThat(intake.position()).isEqualTo(new LogPosition(6, 2, 17));
        assertThat(intake.isNew(5)).isFalse();
        assertThat(intake.isNew(6)).isTrue();
    }

    @Test
    void whatRetentionHasDeletedOnTheWayIsCounted() {
        intake.moveTo(LogPosition.beginning(2));
        intake.reach(4); // the marker of a transaction may stand between
        assertThat(skipped).isEmpty();
        log.startAt(9);
        intake.reach(10);
        assertThat(skipped).containsExactly(5L);
    }

    @Test
    void aGapThatIsReadAgainIsCountedUpToWhatIsDone() {
        for (int i = 0; i < 6; i++) {
            log.add(SOURCE, new TestRecord<>(KEY, new byte[i == 2 ? 1 : 2]));
        }
        List<Image> taken = new ArrayList<>();
        LogPosition from = new LogPosition(1, 10, 1000);
        LogPosition done = intake.replay(from, new Gap.Range(1, 4, 6, true), (record, offset) -> {
            if (intake.problem(record) == null) {
                taken.add(intake.take(record, record.key()));
            }
        });
        assertThat(taken).extracting(image -> image.origin().offset()).containsExactly(1L, 3L, 4L, 5L);
        assertThat(done)
                .isEqualTo(new LogPosition(
                        4, 12, 1000 + taken.get(0).checksum() + taken.get(1).checksum()));
        assertThat(intake.position().offset()).isEqualTo(6);
        assertThat(intake.position().images()).isEqualTo(14);
    }
}
