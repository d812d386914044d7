package io.sparsestream.dataset;

/** The two parts of a dataset, with the prefix that MNIST and its like give their files. */
public enum Split {
    TRAIN("train"),
    TEST("t10k");

    private final String filePrefix;

    Split(String filePrefix) {
        this.filePrefix = filePrefix;
    }

    String filePrefix() {
        return filePrefix;
    }

    /** The name in record keys: {@code train} or {@code test}. */
    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
