package io.sparsestream.cli;

import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.Section;
import java.lang.reflect.Field;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of a command as {@code --help} lists them: by what they are about, each section under its heading. */
final class OptionSections implements IHelpSectionRenderer {
    @Override
    public String render(Help help) {
        CommandSpec command = help.commandSpec();
        List<OptionSpec> options = command.options();
        Map<Section, List<OptionSpec>> sections = options.stream()
                .collect(Collectors.groupingBy(
                        OptionSections::section, () -> new EnumMap<>(Section.class), Collectors.toList()));
        StringBuilder text = new StringBuilder();
        sections.forEach((section, members) -> {
            // The widths of the columns are those that all options need: the sections stand in line.
            Help.Layout layout = help.createDefaultLayout(options, command.positionalParameters(), help.colorScheme());
            layout.addOptions(members, help.parameterLabelRenderer());
            text.append(help.createHeading("%n@|bold " + section.heading() + "|@%n"))
                    .append(layout);
        });
        return text.toString();
    }

    private static Section section(OptionSpec option) {
        if (option.usageHelp() || option.versionHelp()) {
            return Section.ALWAYS;
        }
        Field field = (Field) option.userObject();
        return Optional.ofNullable(field.getAnnotation(About.class))
                .or(() -> Optional.ofNullable(field.getDeclaringClass().getAnnotation(About.class)))
                .map(About::value)
                .orElse(Section.COMMAND);
    }
}
