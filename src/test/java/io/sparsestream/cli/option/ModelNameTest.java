package io.sparsestream.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelNameTest {
    @Test
    void aNameIsTakenAsItIs() {
        assertThat(ModelName.check("scores-of_2.b")).isEqualTo("scores-of_2.b");
    }

    /** The group of the first and a topic of the second would be those of {@code score --model a}. */
    @ParameterizedTest
    @ValueSource(strings = {"score-a", "scores.a"})
    void whatScoreWritesIsNoModel(String name) {
        assertThatThrownBy(() -> ModelName.check(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a model's name begins with neither score- nor scores., not " + name);
    }
}
