package io.sparsestream.crash;

import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Which timestamps a run's images have. */
enum Timestamps {
    /** When they are sent. */
    NOW {
        @Override
        long at(SplittableRandom random) {
            return System.currentTimeMillis();
        }
    },
    /** Up to two years ago. */
    PAST {
        @Override
        long at(SplittableRandom random) {
            return System.currentTimeMillis() - random.nextLong(TimeUnit.DAYS.toMillis(730));
        }
    },
    /** Up to a week ahead. */
    FUTURE {
        @Override
        long at(SplittableRandom random) {
            return System.currentTimeMillis() + random.nextLong(TimeUnit.DAYS.toMillis(7));
        }
    },
    /** The year 2100. */
    FAR {
        @Override
        long at(SplittableRandom random) {
            return 4_102_444_800_000L + random.nextLong(TimeUnit.DAYS.toMillis(365));
        }
    },
    /** None. */
    MISSING {
        @Override
        long at(SplittableRandom random) {
            return -1;
        }
    },
    /** Most when they are sent, and some of each other kind. */
    MIXED {
        @Override
        long at(SplittableRandom random) {
            return (random.nextInt(100) > 0 ? NOW : values()[random.nextInt(MIXED.ordinal())]).at(random);
        }
    },
    /** When the broker takes them, whatever the producer says: {@code LogAppendTime}. */
    APPENDED {
        @Override
        long at(SplittableRandom random) {
            return MIXED.at(random);
        }
    };

    /**
     * Whether a broker that starts again may have forgotten who sent the images: it goes by their timestamps, and appends once
     * more what is sent again.
     */
    boolean areOld() {
        return this == PAST || this == MISSING || this == MIXED;
    }

    /** Of the next image: milliseconds since 1970, or −1, which stands for none in a record. */
    abstract long at(SplittableRandom random);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
