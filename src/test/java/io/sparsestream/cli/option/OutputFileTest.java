package io.sparsestream.cli.option;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.cli.terminal.CommandException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir
    private Path directory;

    @Test
    void aFileThatCannotBeWrittenIsRefusedBeforeTheWork() {
        assertThatCode(() -> OutputFile.check("--out", directory.resolve("new.json")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> OutputFile.check("--out", directory))
                .isInstanceOf(CommandException.class)
                .hasMessage("--out " + directory + " is a directory: name a file");
        Path lost = directory.resolve("nowhere/new.json");
        assertThatThrownBy(() -> OutputFile.check("--out", lost))
                .isInstanceOf(CommandException.class)
                .hasMessage("--out " + lost + ": its directory does not exist");
    }
}
