package io.sparsestream.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Schedule;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchSpaceTest {
    @Test
    void aGridIsEveryCombination() {
        SearchSpace space = space(Map.of("beta", "1e-4, 1e-3/1e-2", "alpha", "0,5e-6", "batch", "10"));

        assertThat(space.grid())
                .extracting(Hyperparameters::alpha, Hyperparameters::beta)
                .containsExactly(
                        tuple(0.0, List.of(1e-4)),
                        tuple(0.0, List.of(1e-3, 1e-2)),
                        tuple(5e-6, List.of(1e-4)),
                        tuple(5e-6, List.of(1e-3, 1e-2)));
        assertThat(space.grid()).allMatch(trial -> trial.batch() == 10);
        assertThat(space.swept()).containsExactly("alpha", "beta");
    }

    @Test
    void kindsOfLayersAreValuesLikeOthers() {
        assertThat(space(Map.of("activation", "topk:30/topk:8,batchtopk:29/batchtopk:8,jumprelu"))
                        .grid())
                .extracting(Hyperparameters::activationText)
                .containsExactly("topk:30/topk:8", "batchtopk:29/batchtopk:8", "jumprelu");
    }

    @Test
    void schedulesAreAsLongAsTheSweep() {
        assertThat(space(Map.of("schedule", "constant,cosine,step", "schedule-factor", "0.1,0.2"))
                        .grid())
                .extracting(Hyperparameters::schedule)
                .containsExactlyInAnyOrder(
                        Schedule.CONSTANT, // once: it has no factor
                        new Schedule(Schedule.Shape.COSINE, 500, 0.1),
                        new Schedule(Schedule.Shape.COSINE, 500, 0.2),
                        new Schedule(Schedule.Shape.STEP, 500, 0.1),
                        new Schedule(Schedule.Shape.STEP, 500, 0.2));
        assertThat(space(Map.of("schedule", "cosine", "schedule-steps", "70,90"))
                        .grid())
                .extracting(trial -> trial.schedule().steps())
                .containsExactly(70L, 90L);
        assertThat(new SearchSpace(Hyperparameters.SHARP, Map.of(), 500)
                        .grid()
                        .get(0)
                        .schedule()
                        .steps())
                .isEqualTo(500);
    }

    @Test
    void drawsLieBetweenTheValuesAndDependOnTheSeed() {
        SearchSpace space =
                space(Map.of("learning-rate", "0.001,0.1", "alpha", "0,1e-6", "schedule", "constant,cosine"));

        List<Hyperparameters> drawn = space.random(50, 1);

        assertThat(drawn).hasSize(50).doesNotHaveDuplicates();
        assertThat(drawn).allMatch(trial -> trial.learningRate() >= 0.001 && trial.learningRate() <= 0.1);
        assertThat(drawn.stream().filter(trial -> trial.learningRate() < 0.01)).hasSizeBetween(15, 35);
        assertThat(drawn).extracting(Hyperparameters::alpha).containsOnly(0.0, 1e-6);
        assertThat(space.random(50, 1)).isEqualTo(drawn);
        assertThat(space.random(50, 2)).isNotEqualTo(drawn);
    }

    @Test
    void drawsStayBetweenTheValuesAlsoWhereRoundedOnesWouldNot() {
        assertThat(space(Map.of("beta2", "0.999,0.9999")).random(20, 1))
                .hasSizeGreaterThan(5)
                .allMatch(trial -> trial.beta2() >= 0.999 && trial.beta2() <= 0.9999);
    }

    @Test
    void aSmallSpaceHasNoMoreDrawsThanSettings() {
        assertThat(space(Map.of("seed", "1,2,3")).random(10, 1)).hasSize(3);
    }

    @Test
    void refusesMoreTrialsThanCanBeListed() {
        assertThatThrownBy(() -> space(Map.of("alpha", "1e-6,1e-5")).random(21_474_837, 1))
                .hasMessage("random must be at most 100,000, not 21,474,837");
        assertThatThrownBy(() -> space(HUGE).grid())
                .hasMessage("all combinations of the values are 1,000,000 trials, more than 100,000: give fewer values,"
                        + " or --random");
        assertThat(space(HUGE).random(10, 1)).as("draws need no list of all").hasSize(10);
    }

    private static final Map<String, String> HUGE = Stream.of(
                    "alpha", "beta", "rho", "epsilon", "learning-rate", "seed")
            .collect(Collectors.toMap(
                    name -> name,
                    name -> IntStream.rangeClosed(1, 10)
                            .mapToObj(i -> name.equals("seed") ? "" + i : "0." + (10 + i))
                            .collect(Collectors.joining(","))));

    /** With a schedule that is among several values, too, and where another value stands first. */
    @Test
    void valuesThatWouldNotBeDrawnAreLookedAt() {
        assertThatThrownBy(() -> space(Map.of("schedule", "constant,cosine", "schedule-factor", "0.1,3"))
                        .random(1, 1))
                .hasMessageStartingWith("schedule-factor must be");
        assertThatThrownBy(() -> space(Map.of("schedule", "constant,linear")).random(1, 1))
                .hasMessageStartingWith("schedule must be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0,001", "0,05", "1e-4, 0,01"})
    void aDecimalCommaIsNoSeparator(String text) {
        assertThatThrownBy(() -> space(Map.of("beta", text)))
                .hasMessage("beta must be numbers with commas between them, not '" + text + "': decimals have a point");
    }

    @Test
    void refusesWhatOnePassCannotFeedAndWhatCannotBeLearnedWith() {
        assertThatThrownBy(() -> space(Map.of("batch", "10,20")))
                .hasMessage("batch must be one number in a sweep, not 10,20");
        assertThatThrownBy(() -> space(Map.of("rho", "0.1,2")).random(1, 1)).hasMessageStartingWith("rho must be");
        assertThatThrownBy(() -> space(Map.of("beta", "1,")).grid()).hasMessageStartingWith("beta must be a number");
    }

    private static SearchSpace space(Map<String, String> given) {
        return SearchSpace.of(Hyperparameters.PLAIN, given, 500);
    }
}
