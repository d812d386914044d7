package io.sparsestream.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.LearningState;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.PublishedModel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;

class InputOptionsTest {
    private static final Architecture LAYERS = Architecture.of(3, 2, 3);

    @Command(name = "any")
    private static final class Any {
        @Mixin
        private InputOptions input;
    }

    /** @param file options and their values there, or in the environment */
    private static InputOptions options(Map<String, String> file, String... arguments) {
        Any any = new Any();
        new CommandLine(any)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setDefaultValueProvider(
                        argument -> argument instanceof OptionSpec option ? file.get(option.longestName()) : null)
                .parseArgs(arguments);
        return any.input;
    }

    /** One that has learned from float32 without missing numbers. */
    private static PublishedModel model() {
        Manifest manifest = new Manifest(
                "some",
                LAYERS.sizes(),
                Hyperparameters.VECTORS,
                1,
                8,
                -1,
                List.of(),
                null,
                null,
                null,
                null,
                Manifest.Input.of(new InputFormat(
                        InputFormat.Kind.FLOAT32,
                        List.of(),
                        new InputFormat.Label.InHeader(),
                        InputFormat.Missing.REFUSED)));
        return new PublishedModel(manifest, new LearningState(LAYERS, Hyperparameters.VECTORS).parameters());
    }

    @Test
    void whatAFileSaysCountsAsWhatTheCommandLineSays() {
        InputFormat byFile = options(Map.of("--input-format", "float64", "--missing", "mean"))
                .of(model());
        assertThat(byFile.kind()).isEqualTo(InputFormat.Kind.FLOAT64);
        assertThat(byFile.missing()).isEqualTo(InputFormat.Missing.MEAN);
        assertThat(byFile)
                .isEqualTo(options(Map.of(), "--input-format=float64", "--missing=mean")
                        .of(model()));
    }

    @Test
    void whatNobodySaysIsAsTheModelHasIt() {
        InputFormat own = options(Map.of()).of(model());
        assertThat(own.kind()).isEqualTo(InputFormat.Kind.FLOAT32);
        assertThat(own.missing()).isEqualTo(InputFormat.Missing.REFUSED);
        assertThat(options(Map.of()).format().kind()).as("of a new model").isEqualTo(InputFormat.Kind.AUTO);
    }
}
