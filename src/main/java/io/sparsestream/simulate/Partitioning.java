package io.sparsestream.simulate;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.replay.Replay;
import io.sparsestream.replay.ShuffledStream;
import java.util.Locale;
import java.util.function.LongToIntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/** To which of P partitions an image goes. */
public enum Partitioning {
    /** By the hash of its key, as a Kafka producer does: in every epoch a partition gets the same images. */
    KEY,
    /** One after another. */
    ROUND_ROBIN;

    /** The partition of the image at a position of the stream. */
    LongToIntFunction of(Dataset dataset, ShuffledStream order, int partitions) {
        if (this == ROUND_ROBIN) {
            return position -> (int) (position % partitions);
        }
        int[] byIndex = IntStream.range(0, dataset.size())
                .map(index -> BuiltInPartitioner.partitionForKey(Replay.key(dataset, index), partitions))
                .toArray();
        return position -> byIndex[order.index(position)];
    }

    /** The name that people use. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
