package io.sparsestream.cli.inspect;

import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.option.Whole;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.message.Json;
import io.sparsestream.topic.DeadLetterTopic;
import io.sparsestream.topic.DeadLetterTopic.Letter;
import io.sparsestream.topic.Topics;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Why records were set aside. */
@Command(
        name = "dead-letters",
        description = "Shows why records were not learned from: how many for which reason, and the last ones.")
public final class DeadLettersCommand implements Callable<Integer> {
    /** Offsets that are read: some seconds' worth. */
    private static final long MOST = 100_000;

    private static final int SHOWN_BYTES = 24;

    @Mixin
    private KafkaOptions kafka;

    @About(Section.MODEL)
    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "sparse",
            description = "The model's name (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--last",
            paramLabel = "K",
            defaultValue = "5",
            description = "Shows the last K dead letters (default: ${DEFAULT-VALUE}).")
    private int last;

    @Option(names = "--json", description = "Prints one JSON object instead of the text.")
    private boolean json;

    /** What --json prints. */
    private record Result(
            String model, long records, boolean complete, List<DeadLetterTopic.Kind> reasons, List<Shown> last) {}

    /**
     * A dead letter in JSON.
     *
     * @param bytes of the whole value
     * @param value its first bytes, as text or in hexadecimal
     */
    private record Shown(String source, String time, String reason, String key, int bytes, String value) {
        static Shown of(Letter letter) {
            return new Shown(
                    letter.source(),
                    letter.time().toString(),
                    letter.reason(),
                    letter.key() == null ? null : FirstBytes.of(letter.key(), SHOWN_BYTES),
                    letter.value() == null ? 0 : letter.value().length,
                    letter.value() == null ? null : FirstBytes.of(letter.value(), SHOWN_BYTES));
        }
    }

    @Override
    public Integer call() throws Exception {
        Whole.notNegative("--last", last);
        Topics topics = new Topics(ModelName.check(model));
        Map<String, Object> properties = kafka.connect();
        DeadLetterTopic.Report report = DeadLetterTopic.read(properties, topics, MOST, last)
                .orElseThrow(() -> new CommandException(
                        "no trainer of a model '" + model + "' has run there: choose another with --model"));
        if (json) {
            System.out.println(Json.text(new Result(
                    model,
                    report.records(),
                    report.complete(),
                    report.reasons(),
                    report.last().stream().map(Shown::of).toList())));
        } else {
            print(topics, report);
        }
        return 0;
    }

    private void print(Topics topics, DeadLetterTopic.Report report) {
        if (report.records() == 0) {
            System.out.println("model " + model + " has no dead letters");
            return;
        }
        System.out.printf(
                Locale.ROOT,
                "topic %s has %,d record%s%s%n",
                topics.deadLetters(),
                report.records(),
                report.records() == 1 ? "" : "s",
                report.complete() ? "" : ", and older ones that are not counted");
        for (DeadLetterTopic.Kind kind : report.reasons()) {
            System.out.printf(Locale.ROOT, "%,9d  %s%n", kind.records(), kind.reason());
        }
        if (!report.last().isEmpty()) {
            System.out.println();
        }
        for (Letter letter : report.last()) {
            System.out.printf(
                    Locale.ROOT,
                    "%s  %s  key %s%n    %s%n    %s%n",
                    letter.time().truncatedTo(ChronoUnit.SECONDS),
                    letter.source(),
                    letter.key() == null ? "none" : FirstBytes.of(letter.key(), SHOWN_BYTES),
                    letter.reason(),
                    letter.value() == null
                            ? "no value"
                            : String.format(
                                    Locale.ROOT,
                                    "%,d bytes: %s",
                                    letter.value().length,
                                    FirstBytes.of(letter.value(), SHOWN_BYTES)));
        }
    }
}
