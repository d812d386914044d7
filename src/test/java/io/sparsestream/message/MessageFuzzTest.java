package io.sparsestream.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sparsestream.learn.Architecture;
import io.sparsestream.support.Outside;
import java.util.List;

/** Whatever stands where a message of another process is expected, it is one, or a line says why it is none. */
class MessageFuzzTest {
    private static final long COPIED = 1000;

    @FuzzTest
    void manifest(byte[] json) {
        read(json, Manifest.class, manifest -> {
            manifest.hyperparameters().tensors(new Architecture(manifest.architecture()));
            manifest.tensors().forEach(Manifest.Entry::bytes);
            manifest.inputFormat();
        });
    }

    @FuzzTest
    void activations(byte[] json) {
        read(
                json,
                Activations.class,
                activations -> activations.layers().values().forEach(layer -> {
                    layer.runningAverage().get("recent");
                    assertThat(layer.units()).isNotNull();
                }));
    }

    @FuzzTest
    void controlResult(byte[] json) {
        read(json, ControlResult.class, result -> {
            result.text();
            result.effect();
            result.setBack();
        });
    }

    @FuzzTest
    void unit(byte[] json) {
        read(json, Unit.class, unit -> {
            unit.key();
            Unit.merge(List.of(unit, unit));
        });
    }

    @FuzzTest
    void update(byte[] json) {
        read(json, Update.class, update -> update.tensors().forEach(Manifest.Entry::bytes));
    }

    @FuzzTest
    void answer(byte[] json) {
        read(json, Answer.class, answer -> answer.tensors().forEach(Manifest.Entry::bytes));
    }

    /** Uses it as its readers do. */
    private interface Use<T> {
        void of(T message);
    }

    private static <T> void read(byte[] json, Class<T> type, Use<T> use) {
        Outside.read(COPIED * json.length, () -> Json.read(json, type), List.of(IllegalArgumentException.class))
                .ifPresent(message -> {
                    use.of(message);
                    byte[] written = Json.write(message);
                    assertThat(Json.write(Json.read(written, type))).isEqualTo(written);
                });
    }
}
