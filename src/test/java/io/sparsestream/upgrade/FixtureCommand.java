package io.sparsestream.upgrade;

import io.sparsestream.support.Launcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes the fixtures with one version, and records what that version makes of them: for {@code scripts/fixtures}. */
final class FixtureCommand {
    private FixtureCommand() {}

    /** @param args class path of the version; where to put them; a directory for what lives no longer than this */
    public static void main(String[] args) throws Exception {
        Launcher launcher = Launcher.of(args[0]);
        Path out = Files.createDirectories(Path.of(args[1]));
        Path scratch = Path.of(args[2]);
        List<String> only = List.of(args).subList(3, args.length);
        for (Fixture fixture : Fixture.values()) {
            if (!only.isEmpty() && !only.contains(fixture.name)) {
                continue;
            }
            System.out.println(fixture.name);
            Path zip = out.resolve(fixture.name + ".zip");
            if (Files.notExists(zip)) { // to be made anew, it has to be deleted
                try (Installation version = new Installation(empty(scratch.resolve(fixture.name)), launcher)) {
                    fixture.make(version);
                }
                Archive.write(scratch.resolve(fixture.name), zip, FixtureCommand::isState);
            }
            Map<String, String> outcome =
                    resumed(zip, empty(scratch.resolve(fixture.name + "-resumed")), fixture, launcher);
            if (!outcome.equals(resumed(zip, empty(scratch.resolve(fixture.name + "-once-more")), fixture, launcher))) {
                throw new IllegalStateException(fixture.name + " does not come to the same each time");
            }
            Outcome.write(outcome, out.resolve(fixture.name + ".txt"));
        }
    }

    private static Map<String, String> resumed(Path zip, Path directory, Fixture fixture, Launcher launcher)
            throws Exception {
        Archive.read(zip, directory);
        try (Installation version = new Installation(directory, launcher)) {
            return fixture.resume(version);
        }
    }

    /** What the processes have printed, and RocksDB's own log, are no state. */
    private static boolean isState(Path file) {
        return (file.getNameCount() > 1 || !file.toString().endsWith(".log"))
                && !file.getFileName().toString().startsWith("LOG");
    }

    private static Path empty(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).forEach(FixtureCommand::delete);
            }
        }
        return Files.createDirectories(directory);
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
