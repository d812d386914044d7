package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelClassesTest {
    private final LabelClasses classes = new LabelClasses(3);

    @Test
    void labelsAreNumberedAsTheyCome() {
        assertThat(classes.number("cat")).isZero();
        assertThat(classes.number("dog")).isEqualTo(1);
        assertThat(classes.number("cat")).isZero();
    }

    @Test
    void laterLabelsShareTheLastNumber() {
        classes.number("cat");
        classes.number("dog");
        assertThat(classes.number("bird")).isEqualTo(2);
        assertThat(classes.number("fish")).isEqualTo(2);
        assertThat(classes.number("dog")).isEqualTo(1);
    }

    @Test
    void anImageWithoutLabelIsInNoClass() {
        assertThat(classes.number(MiniBatch.UNLABELLED))
                .isEqualTo(classes.count())
                .isEqualTo(3);
        assertThat(classes.number("cat")).isZero();
    }

    @Test
    void theArrayIsAllThatThereIs() {
        classes.number("cat");
        classes.number("dog");
        LabelClasses restored = new LabelClasses(3);
        System.arraycopy(classes.names(), 0, restored.names(), 0, 2);
        assertThat(restored.number("dog")).isEqualTo(1);
    }

    @Test
    void aNumberIsNamedByTheLabelThatHasItAlone() {
        classes.number("cat");
        classes.number("dog");
        classes.number("bird");
        List<String> labels = List.of("bird", "cat", "dog");
        assertThat(classes.label(1, labels)).hasValue("dog");
        assertThat(classes.label(1, List.of("cat"))).isEmpty();
        assertThat(classes.label(2, labels)).isEmpty();
    }
}
