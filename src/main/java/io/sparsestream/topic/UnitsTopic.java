package io.sparsestream.topic;

import io.sparsestream.message.Json;
import io.sparsestream.message.Unit;
import io.sparsestream.model.ModelException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what activates the units of a model. */
public final class UnitsTopic {
    private static final Logger LOG = LoggerFactory.getLogger(UnitsTopic.class);

    private UnitsTopic() {}

    /**
     * The newest of every unit, in the order of layers and units; of several replicas as one.
     *
     * @throws NotPublishedException if no trainer of such a model has published them
     * @throws ModelException if it is a model for each key
     */
    public static List<Unit> read(Map<String, Object> kafka, String model) {
        Topics topics = new Topics(model);
        Map<String, byte[]> newest = ModelTopic.newestValues(kafka, topics.units());
        if (newest.isEmpty()) {
            requireSingle(kafka, topics);
            throw new NotPublishedException("no units of a model '" + model
                    + "' have been published there: train one, or choose another with --model");
        }
        Map<List<Object>, List<Unit>> byUnit = new LinkedHashMap<>();
        newest.values().stream()
                .flatMap(json -> unit(json, topics).stream())
                .sorted(Comparator.comparing(Unit::layer)
                        .thenComparing(Unit::unit)
                        .thenComparing(Unit::replica, Comparator.nullsFirst(Comparator.naturalOrder())))
                .forEach(unit -> byUnit.computeIfAbsent(List.of(unit.layer(), unit.unit()), none -> new ArrayList<>())
                        .add(unit));
        return byUnit.values().stream().map(Unit::merge).toList();
    }

    private static Optional<Unit> unit(byte[] json, Topics topics) {
        try {
            return Optional.of(Json.read(json, Unit.class));
        } catch (IllegalArgumentException e) {
            LOG.warn("topic {} has a record that is no unit: {}", topics.units(), e.getMessage());
            return Optional.empty();
        }
    }

    private static void requireSingle(Map<String, Object> kafka, Topics topics) {
        try (KafkaConsumer<byte[], byte[]> consumer = Consumers.committed(kafka)) {
            if (consumer.listTopics().containsKey(topics.models())) {
                throw new ModelException(
                        "model " + topics.model() + " is a model for each key: those publish no units");
            }
        }
    }
}
