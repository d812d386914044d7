package io.sparsestream.cli;

import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.learn.Names;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** What an option is when the command line does not say: environment before properties file. */
final class Defaults implements IDefaultValueProvider, KafkaOptions.PropertiesFile {
    static final String KAFKA_PREFIX = "kafka.";

    /**
     * What Kubernetes sets SPARSESTREAM_PORT to in every pod beside a service called sparsestream, and SPARSESTREAM_BROKER_PORT
     * beside one called sparsestream-broker. Its other variables of services have names that no option's variable has.
     */
    private static final Pattern KUBERNETES = Pattern.compile("(tcp|udp|sctp)://.*");

    private final Map<String, String> environment;
    private final Properties file;
    private final String fileName;

    Defaults(Map<String, String> environment, Properties file, String fileName) {
        this.environment = environment;
        this.file = file;
        this.fileName = fileName;
    }

    /**
     * Reads the file named by --config or SPARSESTREAM_CONFIG, if any.
     *
     * @param all has every command, whose options the file may have; asked if there is one
     * @throws ParameterException if it cannot be read or has an option that no command knows
     */
    static Defaults of(CommandLine commandLine, Supplier<CommandLine> all, String[] args) {
        Properties properties = new Properties();
        String name = System.getenv("SPARSESTREAM_CONFIG");
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith("--config=")) {
                name = args[i].substring("--config=".length());
            } else if (args[i].equals("--config") && i + 1 < args.length) {
                name = args[i + 1];
            }
        }
        if (name != null) {
            try (Reader reader = Files.newBufferedReader(Path.of(name))) {
                properties.load(reader);
            } catch (CharacterCodingException e) {
                throw new ParameterException(
                        commandLine, "--config " + name + " cannot be read: it is not UTF-8 text: save it as such");
            } catch (IOException | IllegalArgumentException e) {
                throw new ParameterException(commandLine, "--config " + name + " cannot be read: " + e.getMessage());
            }
            Set<String> known = withSubcommands(all.get())
                    .flatMap(command -> command.getCommandSpec().options().stream())
                    .map(option -> option.longestName().replaceFirst("^--", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
            for (String key : properties.stringPropertyNames()) {
                if (!known.contains(key) && !key.startsWith(KAFKA_PREFIX)) {
                    throw new ParameterException(
                            commandLine, "--config " + name + ": " + Names.unknown("option", key, known));
                }
            }
        }
        return new Defaults(System.getenv(), properties, name);
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(Defaults::withSubcommands));
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || !option.longestName().startsWith("--")) {
            return null;
        }
        String name = option.longestName().substring(2);
        String value = fromEnvironment(name);
        return value != null ? value : file.getProperty(name);
    }

    private String fromEnvironment(String option) {
        String value = environment.get(variable(option));
        return value == null
                        || option.matches("(.+-)?port")
                                && KUBERNETES.matcher(value).matches()
                ? null
                : value;
    }

    private static String variable(String option) {
        return "SPARSESTREAM_" + option.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** For people: where an option that the command line does not have gets its value; empty if it is its own default. */
    Optional<String> origin(OptionSpec option) {
        String name = option.longestName().replaceFirst("^--", "");
        if (fromEnvironment(name) != null) {
            return Optional.of(variable(name));
        }
        return file.containsKey(name) ? Optional.of("--config " + fileName) : Optional.empty();
    }

    @Override
    public Map<String, String> kafka() {
        return file.stringPropertyNames().stream()
                .filter(key -> key.startsWith(KAFKA_PREFIX))
                .collect(Collectors.toMap(key -> key.substring(KAFKA_PREFIX.length()), file::getProperty));
    }
}
