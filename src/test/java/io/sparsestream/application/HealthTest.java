package io.sparsestream.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HealthTest {
    @Test
    void ofSeveralIsWhatMostHindersThem() {
        Health paused = Health.readyBut("paused");
        Health away = Health.notReady("the broker is away");

        assertThat(Health.of(List.of(Health.READY, Health.READY))).isEqualTo(Health.READY);
        assertThat(Health.of(List.of(Health.READY, paused))).isEqualTo(paused);
        assertThat(Health.of(List.of(paused, away, Health.READY))).isEqualTo(away);
        Health over = Health.over("stopped by an error");
        assertThat(Health.of(List.of(paused, away, over, Health.READY))).isEqualTo(over);
        assertThat(Health.of(List.of())).isEqualTo(Health.STARTING);
    }
}
