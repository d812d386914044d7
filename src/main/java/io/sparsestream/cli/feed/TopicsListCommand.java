package io.sparsestream.cli.feed;

import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.compare.Table;
import io.sparsestream.message.Json;
import io.sparsestream.topic.TopicSummary;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The topics there are. */
@Command(
        name = "list",
        description = "Lists all topics but Kafka's own, with their partitions, the copies and the number of records;"
                + " of those that a trainer writes, the end of each transaction counts as one, too.")
public final class TopicsListCommand implements Callable<Integer> {
    @Mixin
    private KafkaOptions kafka;

    @Option(names = "--json", description = "Prints one JSON object instead of the table.")
    private boolean json;

    /** What --json prints. */
    private record Result(List<TopicSummary> topics) {}

    @Override
    public Integer call() throws Exception {
        List<TopicSummary> topics = TopicSummary.all(kafka.connect());
        if (json) {
            System.out.println(Json.text(new Result(topics)));
        } else if (topics.isEmpty()) {
            System.out.println("there are no topics yet: create one by 'topics create NAME', or 'replay'");
        } else {
            Table table = new Table(List.of("topic", "partitions", "replication", "records"));
            topics.forEach(topic -> table.add(List.of(
                    topic.name(),
                    Integer.toString(topic.partitions()),
                    Integer.toString(topic.replication()),
                    String.format(Locale.ROOT, "%,d", topic.records()))));
            System.out.print(Terminal.out().text(table));
        }
        return 0;
    }
}
