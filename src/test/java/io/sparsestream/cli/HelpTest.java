package io.sparsestream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Hyperparameters;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What {@code --help} says of each command. */
class HelpTest {
    private static final Pattern DEFAULT = Pattern.compile("\\(default: ([^;)]+)");

    private static Stream<CommandLine> commands() {
        return withSubcommands(Cli.all());
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(HelpTest::withSubcommands));
    }

    private static String description(OptionSpec option) {
        return String.join(" ", option.description());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionThatTakesAValueSaysWhichKindAndItsDefault(CommandLine command) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (option.arity().max() > 0 && !option.required()) {
                assertThat(option.paramLabel()).as(option.longestName()).doesNotContain("<");
                assertThat(description(option)).as(option.longestName()).contains("default");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 120})
    void everyOptionIsListedOnceAndFits(int columns) {
        commands().forEach(command -> {
            String help = command.setUsageHelpWidth(columns).getUsageMessage(CommandLine.Help.Ansi.OFF);
            List<String> lines = help.lines().toList();
            assertThat(lines).allMatch(line -> line.length() <= columns);
            for (OptionSpec option : command.getCommandSpec().options()) {
                String name = option.negatable() ? option.longestName().replace("--", "--[no-]") : option.longestName();
                assertThat(lines)
                        .as(command.getCommandName() + " " + name)
                        .filteredOn(line -> line.matches("  (-\\w, |    )" + Pattern.quote(name) + "([= \\[].*|)"))
                        .hasSize(1);
            }
        });
    }

    @Test
    void optionsStandUnderWhatTheyAreAbout() {
        assertThat(CliIT.run("train", "--help").out().lines().toList())
                .containsSubsequence("Options", "Model", "Sparsity and learning", "Kafka", "Page, metrics and health")
                .containsSubsequence("A model for each key", "      --max-models-in-memory=N", "Every command");
        assertThat(CliIT.run("--help").out().lines().toList()).containsSubsequence("Every command", "Commands");
    }

    /** They stand in texts, so that a person sees them; the presets are the truth. */
    @Test
    void theDefaultsOfHyperparametersAreThoseOfThePresets() {
        CommandLine train = Cli.all().getSubcommands().get("train");
        Set<String> names = new LinkedHashSet<>(Hyperparameters.SPARSE.values().keySet());
        names.addAll(Hyperparameters.DICTIONARY.values().keySet());
        names.addAll(Hyperparameters.VECTORS.values().keySet());
        names.removeAll(List.of("schedule-steps", "schedule-factor", "scale-after"));
        for (String name : names) {
            String text = description(train.getCommandSpec().findOption("--" + name));
            Matcher told = DEFAULT.matcher(text);
            assertThat(told.find()).as(text).isTrue();
            for (String preset : List.of("sparse", "plain", "sharp", "selective", "dictionary", "vectors")) {
                Matcher own = Pattern.compile("preset " + preset + ": ([^;)]+)").matcher(text);
                assertSame(Hyperparameters.preset(preset), name, own.find() ? own.group(1) : told.group(1));
            }
        }
    }

    private static void assertSame(Hyperparameters preset, String name, String told) {
        assertThat(preset.with(Map.of(name, told))).as(name).isEqualTo(preset);
    }
}
