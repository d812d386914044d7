package io.sparsestream.cli.option;

import io.sparsestream.topic.BrokerQuestion;
import io.sparsestream.topic.Topics;
import io.sparsestream.topic.TrainerGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;

/** Whether names go with what is on the broker, before anything is begun there. */
public final class TopicCheck {
    private TopicCheck() {}

    /**
     * Kafka takes a dot and an underscore in topics' names for one another, and refuses the second of two such topics.
     *
     * @throws IllegalArgumentException if a topic of that name, or a topic of the model of that name, is such a second one
     */
    public static void requireDistinct(Map<String, Object> kafka, List<String> topics, List<String> models)
            throws ExecutionException, InterruptedException {
        List<String> wanted = new ArrayList<>(topics);
        models.forEach(model -> wanted.add(new Topics(model).parameters()));
        Set<String> all = new TreeSet<>(wanted);
        all.addAll(BrokerQuestion.ask(kafka, admin -> admin.listTopics().names().get()));
        for (String name : wanted) {
            for (String other : all) {
                if (!name.equals(other) && name.replace('.', '_').equals(other.replace('.', '_'))) {
                    throw new IllegalArgumentException("topic " + name + " cannot stand beside topic " + other
                            + ", since Kafka takes dots and underscores for one another: choose another "
                            + (topics.contains(name) ? "--topic" : "name for the model"));
                }
            }
        }
    }

    /** @throws IllegalArgumentException if the model has learned from another topic */
    public static void requireSameImages(Map<String, Object> kafka, String model, String images)
            throws ExecutionException, InterruptedException {
        Set<String> read = BrokerQuestion.ask(kafka, admin -> TrainerGroup.read(admin, new Topics(model)))
                .inputs();
        if (!read.isEmpty() && !read.contains(images)) {
            String before = String.join(", ", read);
            throw new IllegalArgumentException("model " + model + " has learned from topic " + before + ", not from "
                    + images + ": give --topic " + before + ", or choose another --model name");
        }
    }
}
