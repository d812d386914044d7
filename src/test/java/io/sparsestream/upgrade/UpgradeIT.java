package io.sparsestream.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.support.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** This version goes on with what earlier ones have left, and comes to the very bits that they themselves come to. */
class UpgradeIT {
    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    @TempDir
    Path directory;

    /** Every fixture of every commit that has some. */
    static Stream<Arguments> fixtures() throws IOException {
        try (Stream<Path> commits = Files.list(FIXTURES)) {
            List<Path> all = commits.filter(Files::isDirectory).sorted().toList();
            return all.stream()
                    .flatMap(commit -> Arrays.stream(Fixture.values())
                            .filter(fixture -> Files.exists(commit.resolve(fixture.name + ".zip")))
                            .map(fixture -> Arguments.of(commit.getFileName().toString(), fixture)));
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void whatAnEarlierVersionHasLeftIsGoneOnWithBitForBit(String commit, Fixture fixture) throws Exception {
        Path fixtures = FIXTURES.resolve(commit);
        Archive.read(fixtures.resolve(fixture.name + ".zip"), directory);
        Map<String, String> expected = Outcome.read(fixtures.resolve(fixture.name + ".txt"));

        try (Installation present = new Installation(directory, Launcher.present())) {
            // What is recorded besides by a later version is of no concern.
            assertThat(fixture.resume(present)).containsAllEntriesOf(expected);
        }
    }
}
