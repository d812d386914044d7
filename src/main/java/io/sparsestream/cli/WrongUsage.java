package io.sparsestream.cli;

import io.sparsestream.cli.terminal.Quoted;
import io.sparsestream.learn.Names;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Wrong usage in one line for people: what is wrong, where it comes from, what may have been meant, where to read on. */
record WrongUsage(ParameterException exception, List<String> arguments) {
    private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");
    private static final Pattern WHOLE = Pattern.compile("[-+]?\\d+");

    String text() {
        String problem = problem();
        return problem + (problem.endsWith("?") ? " See" : "; see") + " '"
                + exception.getCommandLine().getCommandSpec().qualifiedName() + " --help'";
    }

    private String problem() {
        if (exception instanceof UnmatchedArgumentException unmatched) {
            return unknown(unmatched.getUnmatched().get(0));
        }
        if (exception instanceof MissingParameterException missing) {
            return missing(missing.getMissing());
        }
        if (exception instanceof MutuallyExclusiveArgsException) {
            return OPTION.matcher(exception.getMessage())
                            .results()
                            .map(MatchResult::group)
                            .distinct()
                            .collect(Collectors.joining(" and "))
                    + " cannot be given together";
        }
        if (exception instanceof OverwrittenOptionException twice) {
            return name(twice.getOverwritten()) + " is given twice";
        }
        ArgSpec argument = exception.getArgSpec();
        return argument == null || exception.getValue() == null
                ? exception.getMessage()
                : value(argument, exception.getValue()) + origin(argument);
    }

    private String unknown(String argument) {
        CommandLine command = exception.getCommandLine();
        if (argument.startsWith("-")) {
            String name = argument.replaceFirst("=.*", "");
            return "unknown option '" + name + "'"
                    + meant(name, command.getCommandSpec().optionsMap().keySet());
        }
        Collection<String> commands = command.getSubcommands().keySet();
        return commands.isEmpty()
                ? command.getCommandName() + " takes no argument " + Quoted.of(argument)
                : "unknown command '" + argument + "'" + meant(argument, commands);
    }

    private static String meant(String name, Collection<String> known) {
        return Names.closest(name, known)
                .map(meant -> ": did you mean " + meant + "?")
                .orElse("");
    }

    private String missing(List<ArgSpec> missing) {
        Optional<ArgSpec> without = missing.stream().filter(this::isGiven).findFirst();
        if (without.isPresent()) {
            return name(without.get()) + " needs a value: " + withLabel(without.get());
        }
        return missing.stream().map(WrongUsage::withLabel).collect(Collectors.joining(", "))
                + (missing.size() == 1 ? " is missing" : " are missing");
    }

    private String value(ArgSpec argument, String value) {
        Class<?>[] types = argument.auxiliaryTypes();
        Class<?> type = types[types.length - 1];
        return type == Path.class
                ? name(argument) + ": " + exception.getCause().getMessage()
                : name(argument) + " must be " + expected(argument, type, value) + ", not " + Quoted.of(value);
    }

    private String origin(ArgSpec argument) {
        return !isGiven(argument)
                        && argument instanceof OptionSpec option
                        && exception.getCommandLine().getDefaultValueProvider() instanceof Defaults defaults
                ? defaults.origin(option).map(from -> " (from " + from + ")").orElse("")
                : "";
    }

    private boolean isGiven(ArgSpec argument) {
        return argument instanceof OptionSpec option
                && arguments.stream()
                        .anyMatch(given -> Stream.of(option.names())
                                .anyMatch(name -> given.equals(name) || given.startsWith(name + "=")));
    }

    private static String expected(ArgSpec argument, Class<?> type, String value) {
        if (argument.typeInfo().isMap()) {
            return "like " + argument.paramLabel();
        }
        if (type.isEnum()) {
            return oneOf(type.getEnumConstants());
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == double.class || type == Double.class) {
            return "a number";
        }
        long most = type == long.class || type == Long.class
                ? Long.MAX_VALUE
                : type == Short.class ? Short.MAX_VALUE : Integer.MAX_VALUE;
        return "a whole number" + (WHOLE.matcher(value).matches() ? " of at most " + most : "");
    }

    /** Such as {@code safetensors, npz or onnx}. */
    private static String oneOf(Object... constants) {
        List<String> names = new ArrayList<>(Arrays.stream(constants)
                .map(each -> each.toString().toLowerCase(Locale.ROOT))
                .toList());
        String last = names.remove(names.size() - 1);
        return names.isEmpty() ? last : String.join(", ", names) + " or " + last;
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : "an argument";
    }

    private static String withLabel(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? option.longestName() + " " + option.paramLabel()
                : argument.paramLabel();
    }
}
