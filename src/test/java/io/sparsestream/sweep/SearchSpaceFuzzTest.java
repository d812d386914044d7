package io.sparsestream.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.support.Outside;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whatever somebody gives as values to look among, it is a space of trials, or a line says what is wrong with it. */
class SearchSpaceFuzzTest {
    private static final String[] NAMES = {
        "learning-rate",
        "alpha",
        "beta",
        "rho",
        "activation",
        "output",
        "schedule",
        "schedule-steps",
        "seed",
        "batch",
        "lambda",
        "none"
    };
    private static final long MOST = 64 << 20;
    private static final int LONGEST = 60;
    private static final int TRIALS = 5;

    @FuzzTest
    void trials(FuzzedDataProvider data) {
        Map<String, String> given = new LinkedHashMap<>();
        int size = data.consumeInt(0, 3);
        for (int i = 0; i < size; i++) {
            given.put(data.pickValue(NAMES), data.consumeString(LONGEST));
        }
        Outside.read(
                        MOST,
                        () -> SearchSpace.of(Hyperparameters.PLAIN, given, 100).random(TRIALS, 1),
                        List.of(IllegalArgumentException.class))
                .ifPresent(trials -> {
                    assertThat(trials).hasSizeBetween(1, TRIALS).doesNotHaveDuplicates();
                    assertThat(given).as("names of hyperparameters").doesNotContainKey("none");
                });
        Outside.read(
                MOST,
                () -> SearchSpace.of(Hyperparameters.PLAIN, given, 100).grid(),
                List.of(IllegalArgumentException.class));
    }
}
