package io.sparsestream.stream.keyed;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Learner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearnersTest {
    private final KeyedParts parts = new KeyedParts(2);
    private final List<String> kept = new ArrayList<>();

    private Learner of(KeyedModel model) {
        return parts.learners.of(model, evicted -> {
            kept.add(evicted.key());
            evicted.storeIn(parts.store);
        });
    }

    @Test
    void theFirstLearnerIsUsedBeforeAnotherIsMade() {
        of(parts.find("a"));
        assertThat(parts.made).isEqualTo(1);
        of(parts.find("b"));
        assertThat(parts.made).isEqualTo(2);
        assertThat(parts.learners.count()).isEqualTo(2);
        assertThat(kept).isEmpty();
    }

    @Test
    void theModelUsedLeastRecentlyGivesItsLearnerAway() {
        KeyedModel a = parts.find("a");
        KeyedModel b = parts.find("b");
        Learner learner = of(a);
        of(b);
        parts.learners.use("a");
        of(parts.find("c"));
        assertThat(kept).containsExactly("b");
        assertThat(b.isInMemory()).isFalse();
        assertThat(a.learner()).isSameAs(learner);
        assertThat(parts.made).isEqualTo(2);
        assertThat(parts.loads).isEqualTo(3);
        assertThat(parts.evictions).isEqualTo(1);
    }

    @Test
    void aModelThatComesBackGoesOnAndANewOneBeginsAnew() {
        KeyedModel a = parts.find("a");
        parts.train(a, 0);
        float[] learned = a.learner().state().parameter("w_e_1").clone();
        of(parts.find("b"));
        Learner reused = of(parts.find("c")); // that of a
        assertThat(reused.state().step()).isZero();
        assertThat(reused.state().parameter("w_e_1")).isNotEqualTo(learned);
        assertThat(of(a).state().step()).isEqualTo(1);
        assertThat(a.learner().state().parameter("w_e_1")).isEqualTo(learned);
    }
}
