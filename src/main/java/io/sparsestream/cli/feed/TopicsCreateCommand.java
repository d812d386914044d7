package io.sparsestream.cli.feed;

import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.option.TopicCheck;
import io.sparsestream.cli.option.TopicName;
import io.sparsestream.cli.option.Whole;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.topic.TopicSetup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A topic to send records to. */
@Command(
        name = "create",
        description = "Creates a topic for records, bounded to 512 MiB in each partition unless --topic-config says"
                + " otherwise; leaves one that exists as it is.")
public final class TopicsCreateCommand implements Callable<Integer> {
    @Mixin
    private KafkaOptions kafka;

    @Parameters(paramLabel = "NAME", description = "The topic's name.")
    private String name;

    @Option(
            names = "--partitions",
            paramLabel = "P",
            description = "Number of partitions; a model has a replica on each (default: 1).")
    private Optional<Integer> partitions = Optional.empty();

    @About(Section.KAFKA)
    @Option(
            names = "--replication",
            paramLabel = "R",
            description = "Number of brokers that have a copy of each record (default: as the brokers are set up).")
    private Optional<Short> replication = Optional.empty();

    @About(Section.KAFKA)
    @Option(
            names = "--topic-config",
            paramLabel = "KEY=VALUE",
            hideParamSyntax = true,
            description = "Any property of a Kafka topic, such as --topic-config retention.ms=3600000; may be given"
                    + " several times (default: retention.bytes=536870912 and segment.bytes=67108864).")
    private Map<String, String> config = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        partitions.ifPresent(number -> Whole.positive("--partitions", number));
        replication.ifPresent(number -> Whole.positive("--replication", number));
        TopicName.check(name);
        Map<String, Object> properties = kafka.connect();
        TopicCheck.requireDistinct(properties, List.of(name), List.of());
        int wanted = partitions.orElse(1);
        OptionalInt found = create(properties, wanted);
        if (found.isEmpty()) {
            System.out.println("topic " + name + " has been created with " + counted(wanted));
            return 0;
        }
        if (partitions.isPresent() && found.getAsInt() != wanted) {
            throw new CommandException("topic " + name + " exists with " + counted(found.getAsInt()) + ", not " + wanted
                    + ": choose another name, or that number");
        }
        System.out.println(
                "topic " + name + " exists already, with " + counted(found.getAsInt()) + ", and stays as it is");
        return 0;
    }

    private OptionalInt create(Map<String, Object> properties, int wanted)
            throws ExecutionException, InterruptedException {
        try {
            return TopicSetup.create(properties, name, wanted, replication, config);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiException refused
                    && !(refused instanceof TimeoutException)
                    && !(refused instanceof AuthorizationException)) {
                throw new CommandException(
                        "topic " + name + " cannot be created: Kafka says: " + refused.getMessage(), e);
            }
            throw e;
        }
    }

    private static String counted(int partitions) {
        return partitions + (partitions == 1 ? " partition" : " partitions");
    }
}
