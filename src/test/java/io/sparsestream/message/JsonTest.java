package io.sparsestream.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    private record Numbers(
            double one, Double other, float third, double[] doubles, float[] floats, List<Double> list) {}

    @Test
    void whatIsNoFiniteNumberIsNull() {
        double nan = Double.NaN;
        double infinity = Double.POSITIVE_INFINITY;
        Numbers numbers = new Numbers(
                nan,
                -infinity,
                Float.NaN,
                new double[] {1.5, nan, infinity},
                new float[] {0.25f, Float.NEGATIVE_INFINITY},
                List.of(nan, 2.0));
        String expected = "{\"one\":null,\"other\":null,\"third\":null,\"doubles\":[1.5,null,null],"
                + "\"floats\":[0.25,null],\"list\":[null,2.0]}";

        assertThat(Json.text(numbers)).isEqualTo(expected);
        assertThat(new String(Json.pretty(numbers), StandardCharsets.UTF_8).replaceAll("\\s", ""))
                .isEqualTo(expected);
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("mse", nan);
        map.put("text", "NaN");
        assertThat(Json.text(map)).isEqualTo("{\"mse\":null,\"text\":\"NaN\"}");
    }

    @Test
    void aManifestThatLacksSomethingSaysWhat() {
        assertThatThrownBy(() -> Json.read("null", Manifest.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not the JSON of a Manifest: it is only null");
        assertThatThrownBy(() -> Json.read("{\"model\":\"m\",\"architecture\":[4,2,4]}", Manifest.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not the JSON of a Manifest: the manifest has no hyperparameters");
        assertThatThrownBy(() -> Json.read("{\"model\":\"m\",\"architecture\":[4,null,4]}", Manifest.class))
                .hasMessage("not the JSON of a Manifest: the manifest has no architecture");
        assertThatThrownBy(() -> Json.read("{", Manifest.class)).hasMessageNotContaining("\n");
    }
}
