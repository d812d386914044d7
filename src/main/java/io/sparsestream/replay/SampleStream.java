package io.sparsestream.replay;

import io.sparsestream.dataset.Samples;
import io.sparsestream.message.HeaderName;
import java.util.Optional;

/** An endless stream over records of any kind: epoch after epoch, in their order or each in an order of its own. */
final class SampleStream implements Outgoing.Stream {
    private final Samples samples;
    private final RecordFormat format;
    private final Optional<ShuffledStream> order; // empty for that of the file

    SampleStream(Samples samples, RecordFormat format, Optional<ShuffledStream> order) {
        this.samples = samples;
        this.format = format;
        this.order = order;
    }

    @Override
    public Outgoing at(long position) {
        int index = order.map(shuffled -> shuffled.index(position)).orElseGet(() -> (int) (position % samples.size()));
        return new Outgoing(
                HeaderName.utf8(samples.name() + "/" + index),
                format.encode(samples, index),
                samples.label(index),
                position / samples.size(),
                samples.shape(),
                format.dtype());
    }
}
