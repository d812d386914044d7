package io.sparsestream.cli.option;

import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.learn.Names;
import io.sparsestream.topic.BrokerQuestion;
import io.sparsestream.topic.NotPublishedException;
import io.sparsestream.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** Which model may have been meant, where none of a name has been published. */
final class PublishedNames {
    private PublishedNames() {}

    /** The same failure, with the name of a model on this Kafka that is like the one that was given, if there is one. */
    static RuntimeException explain(NotPublishedException failure, Map<String, Object> kafka, String model)
            throws InterruptedException {
        try {
            List<String> models = new ArrayList<>(Topics.models(BrokerQuestion.ask(
                    kafka, admin -> admin.listTopics().names().get())));
            models.remove(model);
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
