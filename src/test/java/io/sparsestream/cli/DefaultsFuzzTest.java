package io.sparsestream.cli;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sparsestream.support.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Whatever a file of options holds, it has options, or a line says what is wrong with it. */
class DefaultsFuzzTest {
    private static final long COPIED = 1000;
    private static final OptionSpec PORT = OptionSpec.builder("--port").build();
    private static final OptionSpec KAFKA = OptionSpec.builder("--kafka").build();

    @TempDir
    static Path directory;

    @FuzzTest
    void config(byte[] file) throws IOException {
        Path path = Files.write(directory.resolve("my.properties"), file);
        CommandLine command =
                new CommandLine(CommandSpec.create().addOption(PORT).addOption(KAFKA));
        Outside.read(
                        COPIED * file.length,
                        () -> Defaults.of(command, () -> command, new String[] {"--config", path.toString()}),
                        List.of(ParameterException.class))
                .ifPresent(defaults -> {
                    defaults.defaultValue(PORT);
                    defaults.defaultValue(KAFKA);
                    defaults.origin(PORT);
                });
    }
}
