package io.sparsestream.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.message.HeaderName;
import org.junit.jupiter.api.Test;

class FirstBytesTest {
    @Test
    void textIsShownAsSuchAndAllElseInHexadecimal() {
        assertThat(FirstBytes.of(HeaderName.utf8("1.5,2"), 8)).isEqualTo("'1.5,2'");
        assertThat(FirstBytes.of(HeaderName.utf8("1.5,2,3.75"), 5)).isEqualTo("'1.5,2...'");
        assertThat(FirstBytes.of(HeaderName.utf8("aä"), 2)).as("half a letter").isEqualTo("'a...'");
        assertThat(FirstBytes.of(HeaderName.utf8("aä"), 3)).isEqualTo("'aä'");
        assertThat(FirstBytes.of(new byte[] {'a', (byte) 0xc3}, 3)).isEqualTo("61 c3");
        assertThat(FirstBytes.of(new byte[] {0, 1, (byte) 255}, 2)).isEqualTo("00 01 ...");
        assertThat(FirstBytes.of(HeaderName.utf8("a\u001b[2J"), 9))
                .as("would act on a terminal")
                .isEqualTo("61 1b 5b 32 4a");
        assertThat(FirstBytes.of(new byte[0], 9)).isEqualTo("''");
    }
}
