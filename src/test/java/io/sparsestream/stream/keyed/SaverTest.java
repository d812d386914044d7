package io.sparsestream.stream.keyed;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.stream.LogPosition;
import org.junit.jupiter.api.Test;

class SaverTest {
    private static final LogPosition END = LogPosition.beginning(1000);
    private final KeyedParts parts = new KeyedParts(2);

    @Test
    void anImageIsReconstructedWhenItHasWaitedLongEnough() {
        KeyedModel model = parts.take("a", 7, 0);
        parts.saver.tick(999, false);
        assertThat(parts.context.forwarded()).isEmpty();
        parts.saver.tick(1000, false);
        assertThat(parts.context.forwarded()).hasSize(1);
        assertThat(parts.store.find("a").orElseThrow().images())
                .extracting(KeyedStore.StoredImage::offset)
                .containsExactly(7L);
        assertThat(model.isSaved()).isTrue();
        parts.saver.tick(2000, false);
        assertThat(parts.context.forwarded()).as("once").hasSize(1);
    }

    @Test
    void theGapBeginsAtTheFirstImageOfTheOldestUnsavedModel() {
        assertThat(parts.saver.gapStart(END)).isEqualTo(END);
        parts.take("a", 3, 0);
        parts.take("b", 5, 600);
        assertThat(parts.saver.gapStart(END).offset()).isEqualTo(3);
        parts.saver.tick(1000, false);
        assertThat(parts.saver.gapStart(END).offset()).isEqualTo(5);
        parts.saver.storeGapStart(END);
        assertThat(parts.store.progress().orElseThrow().nextOffset()).isEqualTo(5);
        parts.saver.tick(1600, false);
        assertThat(parts.saver.gapStart(END)).isEqualTo(END);
    }

    @Test
    void noMoreThanSomeModelsAreSavedInATick() {
        int count = Saver.MOST_SAVES + 2;
        KeyedParts many = new KeyedParts(count);
        for (int i = 0; i < count; i++) {
            KeyedModel model = many.take("model " + i, 10L * i, 0);
            many.train(model, 10L * i + 1);
        }
        many.saver.tick(4999, true);
        assertThat(many.models.unsavedCount()).isEqualTo(count);
        many.saver.tick(5000, false);
        assertThat(many.models.unsavedCount()).isEqualTo(2);
        assertThat(many.saver.gapStart(END).offset()).isEqualTo(10L * Saver.MOST_SAVES);
        many.saver.tick(5000, false);
        assertThat(many.models.unsavedCount()).isZero();
        for (int i = 0; i < count; i++) {
            assertThat(many.store.find("model " + i)).isPresent();
        }
    }

    @Test
    void theOldestModelIsSavedWhenTooManyAreUnsaved() {
        for (int i = 0; i < Saver.MOST_UNSAVED; i++) {
            parts.take("model " + i, i, 0);
            parts.saver.limitUnsaved();
        }
        assertThat(parts.store.find("model 0").orElseThrow().images()).isEmpty();
        parts.take("one more", Saver.MOST_UNSAVED, 0);
        parts.saver.limitUnsaved();
        assertThat(parts.models.unsavedCount()).isEqualTo(Saver.MOST_UNSAVED);
        assertThat(parts.store.find("model 0").orElseThrow().images()).hasSize(1);
        assertThat(parts.saver.gapStart(END).offset()).isEqualTo(1);
    }
}
