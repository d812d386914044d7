package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LabelsTest {
    private final Labels labels = new Labels();

    @Test
    void eachHasTheNumberOfItsFirstCome() {
        assertThat(Stream.of("7", "a", "7", "b", "a").map(labels::number)).containsExactly(0, 1, 0, 2, 1);
        assertThat(labels.size()).isEqualTo(3);
        assertThat(labels.name(2)).isEqualTo("b");
    }

    @Test
    void thoseAfterTheFirstHundredShareOne() {
        for (int i = 0; i < Labels.MEASURED; i++) {
            assertThat(labels.number("label " + i)).isEqualTo(i);
        }
        assertThat(labels.number("one more")).isEqualTo(100);
        assertThat(labels.number("and another")).isEqualTo(100);
        assertThat(labels.number("label 99")).isEqualTo(99);
        assertThat(labels.size()).isEqualTo(101);
        assertThat(labels.name(100)).isEqualTo("other");
    }

    @Test
    void peopleExpectNumbersByTheirValueAndTheRestLast() {
        assertThat(Stream.of("other", "10", "b", "9", "a", "2", "1b").sorted(Labels.ORDER))
                .containsExactly("2", "9", "10", "1b", "a", "b", "other");
    }
}
