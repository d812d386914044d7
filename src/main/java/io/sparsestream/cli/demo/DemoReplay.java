package io.sparsestream.cli.demo;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.replay.Replay;
import io.sparsestream.topic.Topics;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** The demo's replay on a thread of its own; goes on where an earlier run on the same directory has ended. */
final class DemoReplay implements AutoCloseable {
    private final Replay replay;
    private final CompletableFuture<Void> sent;

    /**
     * @param partitions of the images topic
     * @param rate images per second, 0 for no limit
     * @param mayAdvance whether the image at a position may be sent
     */
    DemoReplay(
            Map<String, Object> kafka,
            int partitions,
            Dataset dataset,
            long seed,
            long target,
            double rate,
            LongPredicate mayAdvance)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, partitions)
                .boxed()
                .collect(
                        Collectors.toMap(each -> new TopicPartition(Topics.IMAGES, each), each -> OffsetSpec.latest()));
        long start;
        try (Admin admin = Admin.create(kafka)) {
            start = admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
                    .sum();
        }
        replay = new Replay(kafka, Topics.IMAGES, dataset, seed);
        sent = Background.run("replay", () -> {
            replay.run(start, target, rate, mayAdvance);
            return null;
        });
    }

    /** @throws ExecutionException if an image was not delivered */
    void check() throws ExecutionException, InterruptedException {
        if (sent.isDone()) {
            sent.get();
        }
    }

    @Override
    public void close() {
        replay.stop();
        sent.handle((nothing, failure) -> failure).join(); // check() tells of it
        replay.close();
    }
}
