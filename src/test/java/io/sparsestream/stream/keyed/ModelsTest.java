package io.sparsestream.stream.keyed;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.message.HeaderName;
import io.sparsestream.message.InputFormat;
import io.sparsestream.stream.LogPosition;
import org.junit.jupiter.api.Test;

class ModelsTest {
    private final KeyedParts parts = new KeyedParts(1);
    private final Models models = parts.models;

    @Test
    void theLimitKeepsNewKeysOutButNoneThatIsThere() {
        parts.take("held", 0, 0);
        KeyedModel stored = parts.find("stored");
        parts.train(stored, 1);
        stored.storeIn(parts.store);
        assertThat(models.count()).isEqualTo(2);

        assertThat(models.find(HeaderName.utf8("new"), 2)).isEmpty();
        assertThat(models.find(HeaderName.utf8("held"), 2)).isPresent();
        assertThat(models.find(HeaderName.utf8("stored"), 2)).isPresent();
        assertThat(models.find(HeaderName.utf8("new"), 3)).isPresent();
        assertThat(models.count()).isEqualTo(3);
    }

    @Test
    void aModelIsHeldWhileItIsInMemoryOrUnsaved() {
        KeyedModel model = parts.take("a", 0, 0);
        assertThat(parts.find("a")).isSameAs(model);
        parts.train(parts.find("b"), 1);
        assertThat(parts.find("a")).as("without a learner").isSameAs(model);
        model.storeImagesIn(parts.store);
        models.removeSaved();
        assertThat(parts.find("a")).as("from the store").isNotSameAs(model);
        assertThat(models.count()).isEqualTo(2);
    }

    @Test
    void aModelThatWasSavedBecomesTheYoungestOfTheUnsaved() {
        KeyedModel a = parts.take("a", 0, 0);
        KeyedModel b = parts.take("b", 1, 10);
        assertThat(models.oldestUnsaved()).contains(new Models.Unsaved(a, LogPosition.beginning(0), 0));
        models.removeUnsaved(a);
        assertThat(models.isUnsaved(a)).isFalse();
        models.addUnsaved(a, LogPosition.beginning(2), 20);
        assertThat(models.unsaved()).containsExactly(b, a);
        assertThat(models.unsavedCount()).isEqualTo(2);
    }

    @Test
    void pendingImagesOfAnotherLogAreDroppedWithTheKeysThatHadNothingElse() {
        parts.take("a", 0, 0).storeImagesIn(parts.store);
        KeyedModel trained = parts.find("b");
        parts.train(trained, 1);
        trained.storeIn(parts.store);
        Models anew = new Models("small", KeyedParts.BATCH, InputFormat.AUTO, parts.store, new KeyedParts(1).learners);
        assertThat(anew.count()).isEqualTo(2);
        assertThat(anew.dropImages()).isEqualTo(1);
        assertThat(anew.count()).isEqualTo(1);
    }
}
