package io.sparsestream.stream.single;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.SeenImage;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.TopImages;
import io.sparsestream.learn.UnitMeasures;
import io.sparsestream.message.Json;
import io.sparsestream.message.Unit;
import io.sparsestream.stream.Image;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What activates the units of a task's model: looks at each step, and publishes what it knows with each checkpoint. */
final class Units {
    private final TaskParts parts;
    private final TopImages top;

    Units(TaskParts parts) {
        this.parts = parts;
        top = parts.top();
    }

    /** After a step on these images; on the thread that made it. */
    void add(StepResult result, List<Image> images) {
        long after = parts.learner().state().images();
        top.add(result.forward(), after - images.size(), image -> seen(images.get(image)));
    }

    private static SeenImage seen(Image image) {
        return new SeenImage(
                image.origin().offset(), Unit.Top.key(image.origin().key()), image.label());
    }

    /** The offsets known so far may be those of other images. */
    void passedOver() {
        top.clear();
    }

    /** @param replica of several that learn the model: its number */
    void publish(Optional<Integer> replica) {
        Architecture architecture = parts.learner().architecture();
        Set<String> labels = top.labels();
        for (int layer = 0; layer < architecture.hiddenLayers(); layer++) {
            for (int unit = 0; unit < architecture.hiddenUnits(layer); unit++) {
                Unit record = unit(layer, unit, labels, replica);
                parts.output().unit(record.key(), Json.write(record));
            }
        }
    }

    private Unit unit(int layer, int unit, Set<String> labels, Optional<Integer> replica) {
        UnitMeasures measures = parts.learner()
                .measures()
                .map(each -> each.unit(layer, unit, labels))
                .orElse(UnitMeasures.NONE);
        return new Unit(
                parts.settings().topics().model(),
                replica.orElse(null),
                parts.learner().architecture().hiddenLayer(layer),
                unit,
                parts.learner().state().step(),
                parts.learner().state().images(),
                measures.density(),
                measures.selectivity(),
                measures.label(),
                top.of(layer, unit).stream()
                        .map(entry -> Unit.Top.of(
                                entry, parts.source().topic(), parts.source().partition()))
                        .toList());
    }
}
