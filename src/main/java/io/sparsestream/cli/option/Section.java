package io.sparsestream.cli.option;

/** What options are about: the headings of {@code --help}, in their order. */
public enum Section {
    COMMAND("Options"),
    MODEL("Model"),
    LEARNING("Sparsity and learning"),
    IMAGES("Images"),
    RECORDS("What a record is"),
    CHANGE("A change of the images in mid-run"),
    KAFKA("Kafka"),
    CHECKPOINTS("Checkpoints and reconstructions"),
    REPLICAS("Several partitions, with a replica of the model on each"),
    KEYS("A model for each key"),
    PAGE("Page, metrics and health"),
    ALWAYS("Every command");

    private final String heading;

    Section(String heading) {
        this.heading = heading;
    }

    public String heading() {
        return heading;
    }
}
