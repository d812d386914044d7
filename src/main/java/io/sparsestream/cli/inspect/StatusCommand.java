package io.sparsestream.cli.inspect;

import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.Seconds;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.compare.Table;
import io.sparsestream.message.Json;
import io.sparsestream.topic.DeadLetterTopic;
import io.sparsestream.topic.ModelStatus;
import io.sparsestream.topic.TopicSummary;
import io.sparsestream.topic.Topics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where all models stand. */
@Command(
        name = "status",
        description = "Shows the topics that models can learn from, and of each model how far it has come, whether a"
                + " trainer of it runs, and its dead letters by reason.")
public final class StatusCommand implements Callable<Integer> {
    /** Offsets of dead letters that are read of each model: a look is to take a moment. */
    private static final long MOST = 10_000;

    private static final int LONGEST = 11; // characters of a name in the table, which then fits 80 columns

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "Time over which the rate is measured while a trainer runs (default: ${DEFAULT-VALUE}).")
    private double interval;

    @Option(names = "--json", description = "Prints one JSON object instead of the tables.")
    private boolean json;

    /** What --json prints. */
    private record Result(List<TopicSummary> topics, List<Model> models) {}

    private record Model(
            String model,
            String topic,
            Long step,
            Long images,
            Long lag,
            double rate,
            ModelStatus.State state,
            DeadLetterTopic.Report deadLetters) {
        static Model of(ModelStatus status, DeadLetterTopic.Report deadLetters) {
            return new Model(
                    status.model(),
                    status.topic(),
                    status.step(),
                    status.images(),
                    status.lag(),
                    status.rate(),
                    status.state(),
                    deadLetters);
        }
    }

    @Override
    public Integer call() throws Exception {
        long millis = Seconds.of("--interval", interval).toMillis();
        Map<String, Object> properties = kafka.connect();
        List<Model> models = new ArrayList<>();
        Set<String> written = new HashSet<>(Set.of(Topics.CONTROL));
        for (ModelStatus status : ModelStatus.all(properties, Math.max(1, millis))) {
            Topics topics = new Topics(status.model());
            written.addAll(topics.written());
            models.add(Model.of(
                    status,
                    DeadLetterTopic.read(properties, topics, MOST, 0)
                            .orElse(new DeadLetterTopic.Report(0, true, List.of(), List.of()))));
        }
        List<TopicSummary> topics = TopicSummary.all(properties).stream()
                .filter(topic -> !written.contains(topic.name()) && !Topics.isOfKafkaStreams(topic.name()))
                .toList();
        if (json) {
            System.out.println(Json.text(new Result(topics, models)));
        } else {
            print(topics);
            print(models, models.stream().map(Model::deadLetters).toList());
        }
        return 0;
    }

    private static void print(List<TopicSummary> topics) {
        if (topics.isEmpty()) {
            System.out.println("there is no topic to learn from: create one by 'topics create NAME', or 'replay'");
            return;
        }
        Table table = new Table(List.of("topic", "partitions", "records"));
        topics.forEach(topic ->
                table.add(List.of(topic.name(), Integer.toString(topic.partitions()), number(topic.records()))));
        System.out.print(Terminal.out().text(table));
    }

    private static void print(List<Model> models, List<DeadLetterTopic.Report> deadLetters) {
        System.out.println();
        if (models.isEmpty()) {
            System.out.println("no model has been trained there: start one by 'train'");
            return;
        }
        Table table = new Table(List.of("model", "topic", "step", "lag", "records/s", "state", "dead"));
        Map<String, DeadLetterTopic.Report> reasons = new LinkedHashMap<>();
        for (int i = 0; i < models.size(); i++) {
            Model model = models.get(i);
            DeadLetterTopic.Report letters = deadLetters.get(i);
            table.add(List.of(
                    shortened(model.model()),
                    model.topic() == null ? Table.NONE : shortened(model.topic()),
                    number(model.step()),
                    number(model.lag()),
                    Table.cell("%,.0f", model.rate()),
                    model.state().toString(),
                    (letters.complete() ? "" : "> ") + number(letters.records())));
            if (letters.records() > 0) {
                reasons.put(model.model(), letters);
            }
        }
        System.out.print(Terminal.out().text(table));
        reasons.forEach((model, letters) -> {
            System.out.println();
            System.out.println("dead letters of model " + model + " by reason"
                    + (letters.complete() ? "" : ", the newest alone (see 'dead-letters')"));
            letters.reasons()
                    .forEach(kind -> System.out.printf(Locale.ROOT, "%,9d  %s%n", kind.records(), kind.reason()));
        });
    }

    private static String number(Long value) {
        return Optional.ofNullable(value)
                .map(known -> String.format(Locale.ROOT, "%,d", known))
                .orElse(Table.NONE);
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST ? name : name.substring(0, LONGEST - 3) + "...";
    }
}
