package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.trainer.Trainer;
import org.junit.jupiter.api.Test;

class StateTest {
    @Test
    void aStreamThatRunsIsNotAlwaysWell() {
        assertThat(State.of(Trainer.State.RUNNING, false, false, false)).isEqualTo(State.RUNNING);
        assertThat(State.of(Trainer.State.RUNNING, false, false, true)).isEqualTo(State.DIVERGING);
        assertThat(State.of(Trainer.State.RUNNING, false, true, true))
                .as("nothing is learned now")
                .isEqualTo(State.WAITING);
        assertThat(State.of(Trainer.State.PAUSED, false, true, true)).isEqualTo(State.PAUSED);
        assertThat(State.DIVERGING.tone()).isEqualTo(Tone.BAD);
    }

    @Test
    void everyStateHasWordsForPeople() {
        assertThat(State.values()).allSatisfy(state -> {
            assertThat(state.text()).isNotBlank();
            assertThat(state.tone()).isNotNull();
        });
    }
}
