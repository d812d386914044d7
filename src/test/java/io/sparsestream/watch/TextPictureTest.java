package io.sparsestream.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextPictureTest {
    private static final byte W = (byte) 255;

    @Test
    void aCharacterIsTwoPixels() {
        byte[] greys = {0, W, 0, W, 0, 0, W, W};
        assertThat(TextPicture.lines(greys, 4, false)).containsExactly(" ▀▄█");
    }

    @Test
    void anOddLastRowStandsAlone() {
        byte[] greys = {W, 0, 0, 0, 0, W};
        assertThat(TextPicture.lines(greys, 2, false)).containsExactly("▀ ", " ▀");
    }

    @Test
    void colouredGreysEndAtTheLinesEnd() {
        assertThat(TextPicture.lines(new byte[] {0, W}, 1, true))
                .containsExactly("\u001b[38;5;232;48;5;255m▀\u001b[0m");
    }
}
