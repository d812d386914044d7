package io.sparsestream.topic;

import io.sparsestream.message.Manifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a model stands, as far as topics and consumer groups tell.
 *
 * @param model the model's name
 * @param topic that it learns from; null where that is not known
 * @param step updates made up to the newest published model; null before the first, and of models by key
 * @param images trained up to there; null likewise
 * @param lag records on the topic that have not been taken from it; null where the broker does not know how far that has come
 * @param rate records taken from the topic in a second, between two looks
 */
public record ModelStatus(String model, String topic, Long step, Long images, Long lag, double rate, State state) {
    private static final Logger LOG = LoggerFactory.getLogger(ModelStatus.class);

    /** What its trainers do. */
    public enum State {
        /** At least one has its partitions. */
        READY,
        /** The same, but the model was told to leave the images alone. */
        PAUSED,
        /** The group gives the partitions to its members. */
        STARTING,
        /** None runs, or was heard of within its session's time. */
        STOPPED,
        /** It has been published without a trainer. */
        IMPORTED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What was committed and what there was to commit, at one moment. */
    private record Look(long nanos, TrainerGroup group, Optional<GroupState> state) {
        static Look at(Admin admin, Topics topics) throws ExecutionException, InterruptedException {
            return new Look(System.nanoTime(), TrainerGroup.read(admin, topics), groupState(admin, topics));
        }

        boolean isRunning() {
            return state.filter(known -> known != GroupState.EMPTY && known != GroupState.DEAD)
                    .isPresent();
        }

        double rate(Look before) {
            double seconds = (nanos - before.nanos) / 1e9;
            return isRunning() && before.isRunning()
                    ? Math.max(0, group.position() - before.group.position()) / seconds
                    : 0;
        }
    }

    /**
     * All models that have a topic, by name.
     *
     * @param millis between the two looks for the rates; not waited where no trainer runs
     */
    public static List<ModelStatus> all(Map<String, Object> kafka, long millis)
            throws ExecutionException, InterruptedException {
        return BrokerQuestion.ask(kafka, admin -> {
            Set<String> names = admin.listTopics().names().get();
            List<String> models = Topics.models(names);
            Map<String, Look> before = looks(admin, models);
            if (before.values().stream().anyMatch(Look::isRunning)) {
                Thread.sleep(millis);
            }
            Map<String, Look> now = looks(admin, models);
            List<ModelStatus> all = new ArrayList<>();
            for (String model : models) {
                Topics topics = new Topics(model);
                boolean byKey = names.contains(topics.models());
                Optional<Manifest> newest = byKey ? Optional.empty() : manifest(kafka, model);
                Look look = now.get(model);
                all.add(new ModelStatus(
                        model,
                        look.group().inputs().stream().findFirst().orElse(null),
                        newest.map(Manifest::step).orElse(null),
                        newest.map(Manifest::images).orElse(null),
                        lag(admin, look.group()).orElse(null),
                        look.rate(before.get(model)),
                        state(look, newest, byKey || names.contains(topics.checkpoints()))));
            }
            return all;
        });
    }

    /** Empty, too, where a version that this one does not know, or something else, has written it: the others are told. */
    private static Optional<Manifest> manifest(Map<String, Object> kafka, String model) {
        try {
            return ModelTopic.readManifest(kafka, model);
        } catch (IllegalArgumentException e) {
            LOG.warn("the manifest of model {} cannot be read: {}", model, e.getMessage());
            return Optional.empty();
        }
    }

    private static Map<String, Look> looks(Admin admin, List<String> models)
            throws ExecutionException, InterruptedException {
        Map<String, Look> looks = new HashMap<>();
        for (String model : models) {
            looks.put(model, Look.at(admin, new Topics(model)));
        }
        return looks;
    }

    private static State state(Look look, Optional<Manifest> newest, boolean hasLearned) {
        if (!look.isRunning()) {
            return hasLearned || look.state().isPresent() ? State.STOPPED : State.IMPORTED;
        }
        boolean paused = newest.filter(manifest -> manifest.steering().paused()).isPresent();
        return look.state().orElseThrow() != GroupState.STABLE ? State.STARTING : paused ? State.PAUSED : State.READY;
    }

    /** Empty if there is no such group. */
    private static Optional<GroupState> groupState(Admin admin, Topics topics)
            throws ExecutionException, InterruptedException {
        String group = topics.applicationId();
        KafkaFuture<ConsumerGroupDescription> description =
                admin.describeConsumerGroups(List.of(group)).describedGroups().get(group);
        try {
            return Optional.of(description.get().groupState());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Empty where a partition's offset is not known, or there is no topic. */
    private static Optional<Long> lag(Admin admin, TrainerGroup group) throws ExecutionException, InterruptedException {
        Set<String> inputs = group.inputs();
        List<TopicPartition> partitions = TopicSetup.describe(admin, inputs).values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        if (partitions.isEmpty() || !group.committed().keySet().containsAll(partitions)) {
            return Optional.empty();
        }
        long lag = 0;
        for (Map.Entry<TopicPartition, Long> end :
                TopicSummary.offsets(admin, partitions, OffsetSpec.latest()).entrySet()) {
            lag += Math.max(0, end.getValue() - group.committed().get(end.getKey()));
        }
        return Optional.of(lag);
    }
}
