package io.sparsestream.stream;

/**
 * Which checkpoints are kept to go back to. Each takes as much room as the learning state: 5.9 MB.
 *
 * @param last the newest ones
 * @param every of the older ones every so many, for good; 0 for none
 */
public record Keep(int last, int every) {
    /** @throws IllegalArgumentException if not even the newest would be kept */
    public Keep {
        if (last < 1) {
            throw new IllegalArgumentException("--keep-checkpoints must be at least 1, not " + last);
        }
        if (every < 0) {
            throw new IllegalArgumentException("--keep-every must be zero or a positive number, not " + every);
        }
    }

    public boolean isForGood(long number) {
        return every > 0 && number % every == 0;
    }
}
