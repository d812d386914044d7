package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.message.Activations;
import io.sparsestream.message.Json;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PastTest {
    private static final History.Points NOTHING = new History.Points(
            "m", 1, OptionalLong.empty(), new long[0], Map.of("mse", new float[0]), Map.of(), Map.of());

    @Test
    void standsBeforeThePresentUpToItsFirstStep() {
        Past past = past(0, 50, 10);
        History.Points present = new History.Points(
                "m",
                1,
                OptionalLong.of(25),
                new long[] {25, 26},
                Map.of("mse", new float[] {7, 8}),
                Map.of("h", new float[] {9, 10}),
                Map.of("h", new float[] {11, 12}));

        History.Points all = past.before(present);

        // The present has no more points than the past: a mean, or the newest value, of each ten steps, or what there
        // is.
        assertThat(all.steps()).containsExactly(0, 10, 20, 26);
        assertThat(all.stride()).isEqualTo(10);
        assertThat(Json.tree(Json.write(all)).get("first").asLong()).isEqualTo(25);
        assertThat(all.loss().get("mse")).containsExactly(0, 10, 20, 7.5f);
        assertThat(all.recent().get("h")).containsExactly(0.5f, 0.5f, 0.5f, 10);
        assertThat(all.active().get("h")).hasSize(4).endsWith(12);
        assertThat(past.ridge("h").points().steps()).containsExactly(0, 10, 20, 30, 40);
    }

    @Test
    void aloneItIsThereBeforeTheFirstStep() {
        History.Points alone = past(0, 30, 10).before(NOTHING);
        assertThat(alone.steps()).containsExactly(0, 10, 20);
        assertThat(Json.tree(Json.write(alone)).has("first")).isFalse();
        assertThat(Past.NONE.before(NOTHING)).isEqualTo(NOTHING);
    }

    @Test
    void aLongOneHasMeansOfSeveralRecords() {
        History.Points points = past(0, 2000, 1).before(NOTHING);

        assertThat(points.steps()).hasSize(500).startsWith(3, 7);
        assertThat(points.loss().get("mse")).startsWith(1.5f, 5.5f);
    }

    /** It is kept for as long as the process runs. */
    @Test
    void ofManyUnitsOnlyTheirDistributionIsKept() {
        float[] units = new float[4096];
        for (int j = 0; j < units.length; j++) {
            units[j] = j / 4096f;
        }
        Map<String, Activations.Layer> layers =
                Map.of("h", new Activations.Layer(0.5, Map.of("recent", 0.5), null, 0, units));
        Recalled recalled = Recalled.of(new Activations("m", null, 7, 420, Map.of("mse", 1.0), layers, null));
        Ridge ridge = new Ridge();
        ridge.add(7, units);

        assertThat(recalled.layers().get("h").averages()).hasSize(40);
        assertThat(new Past(List.of(recalled)).ridge("h").points().shares())
                .isEqualTo(ridge.points().shares());
    }

    /** Anybody may write to the topic that the past is read from. */
    @Test
    void whatMeasuredNoLayersIsNoStateOfLearning() {
        assertThatThrownBy(() -> Json.read("{\"loss\":{},\"layers\":{},\"measures\":{}}", Activations.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the state of learning has no layers that were measured");
    }

    private static Past past(long from, long to, long every) {
        List<Recalled> said = LongStream.range(from, to)
                .filter(step -> step % every == 0)
                .mapToObj(step -> Recalled.of(new Activations(
                        "m",
                        null,
                        step,
                        60 * step,
                        Map.of("mse", (double) step),
                        Map.of("h", new Activations.Layer(0.5, Map.of("recent", 0.5), null, 0, new float[] {0.5f, 0.5f
                        })),
                        null)))
                .toList();
        return new Past(said);
    }
}
