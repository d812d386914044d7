package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
    private static final List<String> KNOWN =
            List.of("learning-rate", "beta", "beta1", "rho", "batch", "schedule-steps");

    @ParameterizedTest
    @CsvSource({
        "learning-rte, learning-rate",
        "leanring-rate, learning-rate",
        "lerning_rate, learning-rate",
        "bta, beta",
        "beta11, beta1",
        "learn, learning-rate",
        "schedule, schedule-steps"
    })
    void whatDiffersLittleOrAloneBeginsSoIsMeant(String written, String meant) {
        assertThat(Names.closest(written, KNOWN)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"gamma", "lr", "b", "be", "x", "''"})
    void nothingIsMeantByWhatIsLikeNoneOfThem(String written) {
        assertThat(Names.closest(written, KNOWN)).isEmpty();
    }

    @Test
    void whatATerminalWouldObeyIsReplaced() {
        assertThat(Names.printable("Zürich\u001b[2J\u009b31m\r\n\t\u007f €\u00a0|"))
                .isEqualTo("Zürich?[2J?31m???? €\u00a0|");
    }

    @ParameterizedTest
    @CsvSource({"abc, abc, 0", "abc, acb, 1", "abc, '', 3", "kitten, sitting, 3", "ab, ba, 1"})
    void distancesAreThoseOfEditing(String one, String other, int distance) {
        assertThat(Names.distance(one, other)).isEqualTo(distance);
        assertThat(Names.distance(other, one)).isEqualTo(distance);
    }

    @Test
    void aLineSaysWhatWasMeantOrWhatThereIs() {
        assertThat(Names.unknown("preset", "sprase", List.of("plain", "sparse")))
                .isEqualTo("unknown preset 'sprase': did you mean sparse?");
        assertThat(Names.unknown("preset", "nobody", List.of("plain", "sparse")))
                .isEqualTo("unknown preset 'nobody': choose from plain, sparse");
    }
}
