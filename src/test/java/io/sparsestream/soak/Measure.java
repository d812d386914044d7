package io.sparsestream.soak;

/** What is looked at while a run goes on. */
enum Measure {
    HEAP("live heap", "MB", Tolerance.growth(0.05, 2)),
    RESIDENT("resident memory", "MB", Tolerance.growth(0.1, 32)),
    THREADS("threads", "", Tolerance.growth(0, 2)),
    HANDLES("file handles", "", Tolerance.growth(0, 5)),
    METERS("meters", "", Tolerance.NONE),
    IMAGES("images learned each second", "", Tolerance.within(0.2)),
    BROKER_DISK("disk, broker", "MB", Tolerance.growth(0.1, 32), Statistic.HIGH),
    /** Which RocksDB lets grow to several times what it holds, for up to half an hour, before it merges its files. */
    STATE_DISK("disk, state", "MB", Tolerance.growth(0.1, 32), Statistic.HIGH),
    /** Whoever is killed leaves 0.2 MB of lz4's native library. */
    TEMPORARY("temporary files", "MB", Tolerance.growth(0, 5)),
    TOPICS("topics", "", Tolerance.NONE),
    PARTITIONS("partitions", "", Tolerance.NONE),
    NODES("nodes of the page", "", Tolerance.growth(0.05, 50)),
    LISTENERS("listeners of the page", "", Tolerance.growth(0, 5));

    private final String label;
    private final String unit;
    private final Tolerance tolerance;
    private final Statistic statistic;

    Measure(String label, String unit, Tolerance tolerance) {
        this(label, unit, tolerance, Statistic.MEDIAN);
    }

    Measure(String label, String unit, Tolerance tolerance, Statistic statistic) {
        this.label = label;
        this.unit = unit;
        this.tolerance = tolerance;
        this.statistic = statistic;
    }

    /** As people call it. */
    String label() {
        return label;
    }

    /** Of its values, with a space before it; empty where it is a count. */
    String unit() {
        return unit.isEmpty() ? "" : " " + unit;
    }

    /** With its unit, as a heading. */
    String title() {
        return unit.isEmpty() ? label : label + ", " + unit;
    }

    Tolerance tolerance() {
        return tolerance;
    }

    /** What stands for all the samples of a quarter. */
    Statistic statistic() {
        return statistic;
    }
}
