package io.sparsestream.soak;

/** What is looked at while a run goes on. */
enum Measure {
    HEAP("live heap", "MB", Tolerance.growth(0.05, 2)),
    RESIDENT("resident memory", "MB", Tolerance.growth(0.1, 32)),
    THREADS("threads", "", Tolerance.growth(0, 2)),
    HANDLES("file handles", "", Tolerance.growth(0, 5)),
    METERS("meters", "", Tolerance.NONE),
    IMAGES("images learned each second", "", Tolerance.within(0.2)),
    BROKER_DISK("disk, broker", "MB", Tolerance.growth(0.1, 32)),
    STATE_DISK("disk, state", "MB", Tolerance.growth(0.1, 32)),
    /** Whoever is killed leaves 0.2 MB of lz4's native library. */
    TEMPORARY("temporary files", "MB", Tolerance.growth(0, 5)),
    TOPICS("topics", "", Tolerance.NONE),
    PARTITIONS("partitions", "", Tolerance.NONE),
    NODES("nodes of the page", "", Tolerance.growth(0.05, 50)),
    LISTENERS("listeners of the page", "", Tolerance.growth(0, 5));

    private final String label;
    private final String unit;
    private final Tolerance tolerance;

    Measure(String label, String unit, Tolerance tolerance) {
        this.label = label;
        this.unit = unit;
        this.tolerance = tolerance;
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
}
