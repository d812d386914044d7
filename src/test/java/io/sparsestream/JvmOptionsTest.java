package io.sparsestream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** scripts/jvm.options names methods: the JVM would pass over one that is not there without a word. */
class JvmOptionsTest {
    private static final String DONT_INLINE = "-XX:CompileCommand=dontinline,";

    @Test
    void methodsThatAreNotToBeInlinedExist() throws Exception {
        List<String> named = Files.readAllLines(Path.of("scripts/jvm.options")).stream()
                .filter(line -> line.startsWith(DONT_INLINE))
                .map(line -> line.substring(DONT_INLINE.length()))
                .toList();

        assertThat(named).isNotEmpty();
        for (String name : named) {
            String[] parts = name.split("::");
            assertThat(Arrays.stream(Class.forName(parts[0]).getDeclaredMethods()))
                    .extracting("name")
                    .contains(parts[1]);
        }
    }
}
