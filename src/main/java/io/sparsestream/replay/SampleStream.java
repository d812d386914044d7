package io.sparsestream.replay;

import io.sparsestream.dataset.Samples;
import io.sparsestream.message.HeaderName;
import java.util.Arrays;
import java.util.Optional;

/** An endless stream over records of any kind: epoch after epoch, in their order or each in an order of its own. */
final class SampleStream implements Outgoing.Stream {
    private final Samples samples;
    private final RecordFormat format;
    private final Optional<ShuffledStream> order; // empty for that of the file
    private final byte[] framing; // in front of each value

    SampleStream(Samples samples, RecordFormat format, Optional<ShuffledStream> order, Optional<Integer> schemaId) {
        this.samples = samples;
        this.format = format;
        this.order = order;
        framing = schemaId.map(AvroRecord::framing).orElse(new byte[0]);
    }

    @Override
    public Outgoing at(long position) {
        int index = order.map(shuffled -> shuffled.index(position)).orElseGet(() -> (int) (position % samples.size()));
        return new Outgoing(
                HeaderName.utf8(samples.name() + "/" + index),
                framed(format.encode(samples, index)),
                samples.label(index),
                position / samples.size(),
                samples.shape(),
                format.dtype());
    }

    private byte[] framed(byte[] value) {
        if (framing.length == 0) {
            return value;
        }
        byte[] framed = Arrays.copyOf(framing, framing.length + value.length);
        System.arraycopy(value, 0, framed, framing.length, value.length);
        return framed;
    }
}
