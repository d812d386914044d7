package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sparsestream.support.Outside;
import java.util.List;

/** Whatever a checkpoint has for the images of its units, they are those that were written, or a line says why not. */
class TopImagesFuzzTest {
    private static final long COPIED = 1000;

    @FuzzTest
    void read(byte[] written) {
        Outside.read(
                        COPIED * written.length,
                        () -> {
                            TopImages top = new TopImages(Architecture.of(1, 2, 1), 1);
                            top.read(written);
                            return top;
                        },
                        List.of(IllegalArgumentException.class))
                .ifPresent(top -> {
                    byte[] again = top.write();
                    TopImages other = new TopImages(Architecture.of(1, 2, 1), 1);
                    other.read(again);
                    assertThat(other.of(0, 0))
                            .isEqualTo(top.of(0, 0))
                            .isSortedAccordingTo((a, b) -> Float.compare(b.activation(), a.activation()));
                    assertThat(other.write()).isEqualTo(again);
                });
    }
}
