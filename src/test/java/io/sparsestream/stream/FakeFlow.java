package io.sparsestream.stream;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/** Keeps what it is asked for. */
public final class FakeFlow implements ImageFlow {
    private final List<String> asked = new ArrayList<>();
    private boolean canPause = true;
    private boolean atEnd = true;

    /** What it was asked for, in order. */
    public List<String> asked() {
        return asked;
    }

    /** The last word on whether a partition is fetched. */
    public String fetching() {
        return asked.stream()
                .filter(each -> !each.startsWith("seek"))
                .reduce((first, last) -> last)
                .orElse("");
    }

    public void setCanPause(boolean can) {
        canPause = can;
    }

    public void setAtEnd(boolean is) {
        atEnd = is;
    }

    @Override
    public boolean canPause() {
        return canPause;
    }

    @Override
    public void pause(TopicPartition images) {
        if (!canPause) {
            throw new IllegalArgumentException("pausing needs group.protocol=classic");
        }
        asked.add("paused " + images);
    }

    @Override
    public void resume(TopicPartition images) {
        asked.add("resumed " + images);
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        asked.add("seek " + partition + " " + offset);
    }

    @Override
    public boolean isAtEnd(TopicPartition images) {
        return atEnd;
    }
}
