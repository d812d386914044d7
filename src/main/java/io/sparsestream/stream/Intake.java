package io.sparsestream.stream;

import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.Reason;
import io.sparsestream.topic.SourceLog;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Makes images of the records of a task's partition, in their order, and knows how far that has come. A record is {@linkplain
 * #reach reached}; then the task {@linkplain #take takes} the image that it is, or {@linkplain #pass passes} it.
 */
public final class Intake {
    private final TopicPartition source;
    private final SourceLog log;
    private final Gap gap;
    private final ImageDecoder decoder;
    private final LongSupplier clock; // wall-clock milliseconds
    private final ImageChecksum imageChecksum = new ImageChecksum();
    // Its position, as numbers: it changes with every record.
    private long offset;
    private long images;
    private long checksum;

    /**
     * Stands at the beginning of the partition.
     *
     * @param gap counts what retention deletes while the task runs
     * @param clock wall-clock milliseconds
     */
    public Intake(TopicPartition source, SourceLog log, Gap gap, ImageDecoder decoder, LongSupplier clock) {
        this.source = source;
        this.log = log;
        this.gap = gap;
        this.decoder = decoder;
        this.clock = clock;
    }

    /** Behind the last record that was taken or passed, or before the one that was reached. */
    public LogPosition position() {
        return new LogPosition(offset, images, checksum);
    }

    /** Goes there, whatever lies between. */
    public void moveTo(LogPosition position) {
        offset = position.offset();
        images = position.images();
        checksum = position.checksum();
    }

    /** Whether a record comes for the first time; what was handed over before the task started may come once more. */
    public boolean isNew(long recordOffset) {
        return recordOffset >= offset;
    }

    /** Comes to a record that is new, and counts what retention has deleted on the way there. */
    public void reach(long recordOffset) {
        gap.countBetween(offset, recordOffset);
        offset = recordOffset;
    }

    /** Why a record is no image; null if it is one. */
    public Reason problem(Record<byte[], byte[]> record) {
        return decoder.problem(record.key(), record.value(), record.headers());
    }

    /**
     * Takes the record that was reached as an image.
     *
     * @param key of the record, or of the model that it belongs to: a part of the checksum; may be null
     */
    public Image take(Record<byte[], byte[]> record, byte[] key) {
        Image image = new Image(
                decoder.numbers(record.value(), record.headers()),
                decoder.label(record.key(), record.value(), record.headers()),
                imageChecksum.of(offset, key, record.value(), record.headers()),
                new Image.Origin(record.key(), record.headers(), record.timestamp(), offset, clock.getAsLong()));
        offset++;
        images++;
        checksum += image.checksum();
        return image;
    }

    /** Leaves the record that was reached: it is no image. */
    public void pass() {
        offset++;
    }

    /**
     * Reads a gap again, and stands behind it then.
     *
     * @param from where the checkpoint stands
     * @param each takes each record, once it is reached, with its offset; may take the image
     * @return behind the images that were taken of those whose effects are stored
     */
    public LogPosition replay(LogPosition from, Gap.Range range, ObjLongConsumer<Record<byte[], byte[]>> each) {
        moveTo(from.at(range.from()));
        LogPosition[] done = {position()};
        log.read(source, range.from(), range.to(), record -> {
            offset = record.offset();
            each.accept(asHandedOver(record), offset);
            if (record.offset() < range.done()) {
                done[0] = position();
            }
        });
        offset = range.to();
        return done[0];
    }

    private static Record<byte[], byte[]> asHandedOver(ConsumerRecord<byte[], byte[]> record) {
        return new Record<>(record.key(), record.value(), ImageTime.of(record, 0), record.headers());
    }
}
