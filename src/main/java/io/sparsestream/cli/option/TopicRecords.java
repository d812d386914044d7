package io.sparsestream.cli.option;

import io.sparsestream.compare.TestSet;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.topic.NewestRecords;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Records of a topic on which models are judged, instead of images in files. */
@About(Section.RECORDS)
public final class TopicRecords {
    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "Takes the newest records of that topic that fit the model (default: images from --data).")
    private Optional<String> topic = Optional.empty();

    @Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "1000",
            description = "With --topic: how many, as many of each partition (default: ${DEFAULT-VALUE}).")
    private int last;

    @Mixin
    private InputOptions input;

    /** Whether it is a topic. */
    public boolean isGiven() {
        return topic.isPresent();
    }

    /** Its name, if it is given. */
    public String topic() {
        return topic.orElseThrow();
    }

    /** @throws IllegalArgumentException if an option's value cannot be used */
    public void check() {
        topic.ifPresent(TopicName::check);
        Whole.positive("--last", last);
    }

    /**
     * The newest ones, if a topic is given.
     *
     * @throws IllegalArgumentException if there are none that fit
     */
    public TestSet read(Map<String, Object> kafka, PublishedModel model) {
        return set(
                model.architecture().inputs(),
                input.of(model),
                NewestRecords.read(kafka, topic(), last, decoder(model)));
    }

    private ImageDecoder decoder(PublishedModel model) {
        return new ImageDecoder(model.architecture().inputs(), input.of(model));
    }

    /** What the records of a model are, as far as the options do not say otherwise. */
    public InputFormat format(PublishedModel model) {
        return input.of(model);
    }

    private TestSet set(int inputs, InputFormat format, NewestRecords newest) {
        List<NewestRecords.Found> records = newest.records();
        return new TestSet(
                String.format(Locale.ROOT, "the newest %,d records of topic %s", records.size(), topic()),
                records.stream().map(NewestRecords.Found::values).toList(),
                records.stream().map(NewestRecords.Found::label).toList(),
                format.fields(),
                pictures(inputs, records));
    }

    /** Of grey values with rows and columns. */
    private Optional<Dataset> pictures(int inputs, List<NewestRecords.Found> records) {
        String shape = records.get(records.size() - 1).shape();
        String[] sizes = shape.split("x");
        boolean arePictures = sizes.length == 2
                && !sizes[0].equals("1")
                && !sizes[1].equals("1")
                && records.stream().allMatch(record -> record.values().length == inputs);
        return arePictures
                ? Optional.of(new Dataset(
                        topic(),
                        Split.TEST,
                        Integer.parseInt(sizes[0]),
                        Integer.parseInt(sizes[1]),
                        records.stream().map(NewestRecords.Found::values).toList(),
                        new byte[0]))
                : Optional.empty();
    }
}
