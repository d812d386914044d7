package io.sparsestream.stream.keyed;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.message.HeaderName;
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
        assertThat(parts.store.keys()).isEqualTo(2);

        assertThat(models.find(HeaderName.utf8("new"), 7, 2)).isEmpty();
        assertThat(models.find(HeaderName.utf8("held"), 7, 2)).isPresent();
        assertThat(models.find(HeaderName.utf8("stored"), 7, 2)).isPresent();
        assertThat(models.find(HeaderName.utf8("new"), 7, 3)).isPresent();
        assertThat(parts.store.keys()).isEqualTo(3);
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
        assertThat(parts.store.keys()).isEqualTo(2);
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
    void aRecordOfTheGapBelongsToAModelFromItsFirstImageOn() {
        byte[] key = HeaderName.utf8("a");
        assertThat(models.findAgain(key, 7)).as("was set aside").isEmpty();
        KeyedModel model = models.find(key, 7, 1).orElseThrow();
        model.storeImagesIn(parts.store);
        assertThat(models.findAgain(key, 6)).as("was set aside").isEmpty();
        assertThat(models.findAgain(key, 7)).isPresent();
    }

    @Test
    void whatIsOfAnotherLogIsDroppedWithTheKeysThatHadNothingElse() {
        parts.take("waiting", 0, 0);
        parts.take("reconstructed", 0, 0).storeImagesIn(parts.store);
        KeyedModel trained = parts.find("trained");
        parts.train(trained, 1);
        trained.storeIn(parts.store);
        assertThat(parts.store.keys()).isEqualTo(3);
        assertThat(parts.store.dropFrom(1)).isEmpty();
        assertThat(parts.store.keys()).isEqualTo(3);
        assertThat(parts.store.dropFrom(0)).containsExactly(0L);
        assertThat(parts.store.keys()).isEqualTo(1);
        assertThat(parts.store.find("waiting")).isEmpty();
        assertThat(parts.store.find("trained")).isPresent();
    }
}
