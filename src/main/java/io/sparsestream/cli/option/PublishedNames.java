package io.sparsestream.cli.option;

import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.learn.Names;
import io.sparsestream.topic.BrokerQuestion;
import io.sparsestream.topic.NotPublishedException;
import io.sparsestream.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** Which model may have been meant, where none of a name has been published. */
final class PublishedNames {
    private static final String PREFIX = new Topics("").parameters();

    private PublishedNames() {}

    /** The same failure, with the name of a model on this Kafka that is like the one that was given, if there is one. */
    static RuntimeException explain(NotPublishedException failure, Map<String, Object> kafka, String model)
            throws InterruptedException {
        try {
            List<String> models = BrokerQuestion.ask(
                            kafka, admin -> admin.listTopics().names().get())
                    .stream()
                    .filter(topic -> topic.startsWith(PREFIX) && !topic.equals(PREFIX + model))
                    .map(topic -> topic.substring(PREFIX.length()))
                    .toList();
            return Names.closest(model, models)
                    .<RuntimeException>map(meant -> new CommandException(
                            "no model '" + model + "' has been published there: did you mean " + meant + "?", failure))
                    .orElse(failure);
        } catch (ExecutionException e) {
            failure.addSuppressed(e); // which models there are is help alone
            return failure;
        }
    }
}
