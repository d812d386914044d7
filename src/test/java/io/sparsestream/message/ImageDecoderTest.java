package io.sparsestream.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.MiniBatch;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private final ImageDecoder decoder = new ImageDecoder(4, InputFormat.AUTO);

    @ParameterizedTest
    @ValueSource(strings = {"7", "61", "255", "Hose", "Kleid ρ", "a label of several words"})
    void anyTextIsALabel(String label) {
        assertThat(label(labelled(label))).isEqualTo(label);
    }

    @Test
    void anImageMayHaveNone() {
        assertThat(label(new RecordHeaders())).isEqualTo(MiniBatch.UNLABELLED);
        assertThat(label(new RecordHeaders().add(HeaderName.LABEL, null))).isEqualTo(MiniBatch.UNLABELLED);
        assertThat(label(labelled(""))).isEqualTo(MiniBatch.UNLABELLED);
    }

    /** A label is read for each image, so one that has come before costs no memory. */
    @Test
    void aLabelThatComesAgainIsNotDecodedAnew() {
        for (int i = 0; i < 256; i++) {
            String first = label(labelled("label " + i));
            assertThat(label(labelled("label " + i))).isEqualTo("label " + i).isSameAs(first);
        }
        assertThat(label(labelled("label 0"))).isSameAs(label(labelled("label 0")));
    }

    @Test
    void asManyLabelsAsImagesAreToldApartAndForgotten() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(label(labelled("image " + i))).isEqualTo("image " + i);
        }
        assertThat(label(labelled("image 0"))).isEqualTo("image 0");
    }

    /** A label that is too long is only known to be so once it has been read, and hundreds of them would fill the memory. */
    @Test
    void aLabelThatIsTooLongIsNotRemembered() {
        RecurringText labels = new RecurringText();
        byte[] longest = new byte[256];
        byte[] tooLong = new byte[257];

        assertThat(labels.decode(longest)).isSameAs(labels.decode(longest));
        assertThat(labels.decode(tooLong)).isEqualTo(labels.decode(tooLong)).isNotSameAs(labels.decode(tooLong));
    }

    private String label(Headers headers) {
        return decoder.label(null, new byte[4], headers);
    }

    private static Headers labelled(String label) {
        return new RecordHeaders().add(HeaderName.LABEL, HeaderName.utf8(label));
    }
}
