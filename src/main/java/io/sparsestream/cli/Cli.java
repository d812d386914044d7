package io.sparsestream.cli;

import io.sparsestream.application.FailureText;
import io.sparsestream.cli.demo.DemoCommand;
import io.sparsestream.cli.feed.BrokerCommand;
import io.sparsestream.cli.feed.ReplayCommand;
import io.sparsestream.cli.feed.TopicsCommand;
import io.sparsestream.cli.inspect.DeadLettersCommand;
import io.sparsestream.cli.inspect.StatusCommand;
import io.sparsestream.cli.model.CompareCommand;
import io.sparsestream.cli.model.EvaluateCommand;
import io.sparsestream.cli.model.ExportCommand;
import io.sparsestream.cli.model.ImportCommand;
import io.sparsestream.cli.model.ProbeCommand;
import io.sparsestream.cli.model.UnitsCommand;
import io.sparsestream.cli.model.WatchCommand;
import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.PathOption;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.steer.PauseCommand;
import io.sparsestream.cli.steer.ResetCommand;
import io.sparsestream.cli.steer.ResumeCommand;
import io.sparsestream.cli.steer.RollbackCommand;
import io.sparsestream.cli.steer.SetCommand;
import io.sparsestream.cli.study.SimulateCommand;
import io.sparsestream.cli.study.SweepCommand;
import io.sparsestream.cli.terminal.Ascii;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.cli.terminal.LogFormat;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.cli.train.ScoreCommand;
import io.sparsestream.cli.train.TrainCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The command line: exit code 0 on success, 2 for wrong usage, 1 for all else; an error is one line. */
@Command(
        name = "sparsestream",
        description = "Learns a sparse autoencoder online from a Kafka topic, exactly once.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Cli.Version.class,
        usageHelpAutoWidth = true,
        abbreviateSynopsis = true,
        sortOptions = false,
        commandListHeading = "%nCommands%n",
        footerHeading = "%n",
        footer = "Every option may also be set by an environment variable (--batch: SPARSESTREAM_BATCH)"
                + " or in a properties file (batch=60) named by --config.")
public final class Cli {
    /** In the order of the help. */
    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            BrokerCommand.class,
            TopicsCommand.class,
            ReplayCommand.class,
            TrainCommand.class,
            StatusCommand.class,
            DeadLettersCommand.class,
            EvaluateCommand.class,
            CompareCommand.class,
            ProbeCommand.class,
            SweepCommand.class,
            SimulateCommand.class,
            SetCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            RollbackCommand.class,
            ResetCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            ScoreCommand.class,
            WatchCommand.class,
            UnitsCommand.class);

    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    @About(Section.ALWAYS)
    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Prints stack traces, and what Kafka logs.")
    private boolean verbose;

    @About(Section.ALWAYS)
    @Option(
            names = "--config",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description =
                    "Properties file with options by name; names that begin with 'kafka.' go to Kafka (default: none).")
    @SuppressWarnings("UnusedVariable") // Defaults reads it before picocli does
    private String config;

    @About(Section.ALWAYS)
    @Option(
            names = "--log-format",
            scope = ScopeType.INHERIT,
            defaultValue = "text",
            paramLabel = "text|json",
            description = "What is written to stderr: text for people, or one JSON object a line for programs (default:"
                    + " ${DEFAULT-VALUE}).")
    private LogFormat logFormat = LogFormat.TEXT;

    Cli() {}

    /** The same for a process: what its output cannot show, such as dashes without UTF-8, is spelled in ASCII. */
    public static int runInTerminal(String... args) {
        System.setOut(Ascii.over(System.out, Terminal.charset("stdout")));
        System.setErr(Ascii.over(System.err, Terminal.charset("stderr")));
        return run(args);
    }

    /** Runs a command and returns its exit code. */
    public static int run(String... args) {
        Cli cli = new Cli();
        CommandLine commandLine =
                cli.commandLine(named(args).map(List::<Class<?>>of).orElse(COMMANDS));
        try {
            commandLine.setDefaultValueProvider(Defaults.of(commandLine, Cli::all, args));
            return commandLine.execute(args);
        } catch (ParameterException e) {
            return cli.fail(e, e.getMessage(), USAGE);
        } catch (LinkageError | OutOfMemoryError e) { // the library leaves errors alone
            return cli.fail(e, message(e), FAILURE);
        }
    }

    /** The command that comes first: to read the options of all the others takes most of the time of a help. */
    private static Optional<Class<?>> named(String... args) {
        return COMMANDS.stream()
                .filter(command -> args.length > 0
                        && command.getAnnotation(Command.class).name().equals(args[0]))
                .findFirst();
    }

    /** All that there is. */
    static CommandLine all() {
        return new Cli().commandLine(COMMANDS);
    }

    private CommandLine commandLine(List<Class<?>> commands) {
        CommandLine commandLine = new CommandLine(this);
        commands.forEach(commandLine::addSubcommand);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true).registerConverter(Path.class, new PathOption());
        Map<String, IHelpSectionRenderer> sections = commandLine.getHelpSectionMap();
        sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new OptionSections());
        commandLine.setHelpSectionMap(sections); // of the commands, too
        commandLine.setParameterExceptionHandler(
                (exception, arguments) -> fail(exception, new WrongUsage(exception, List.of(arguments)).text(), USAGE));
        commandLine.setExecutionExceptionHandler((exception, failed, parsed) -> {
            Throwable cause = unwrap(exception);
            boolean usage = cause instanceof IllegalArgumentException || cause instanceof ConfigException;
            return fail(exception, message(cause), usage ? USAGE : FAILURE);
        });
        return commandLine.setExecutionStrategy(this::execute);
    }

    private int execute(ParseResult parsed) {
        ParseResult last = parsed;
        boolean asked = asksForHelp(last);
        while (last.hasSubcommand()) {
            last = last.subcommand();
            asked |= asksForHelp(last);
        }
        if (!last.commandSpec().subcommands().isEmpty() && !asked) {
            throw new ParameterException(last.commandSpec().commandLine(), "a command is missing");
        }
        if (!asked) {
            log();
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private void log() {
        logFormat.use();
        if (verbose) {
            Configurator.setLevel("org.apache.kafka", Level.WARN);
            Configurator.setLevel("org.apache.kafka.streams", Level.INFO);
            Configurator.setLevel("kafka", Level.WARN);
        }
    }

    private static boolean asksForHelp(ParseResult parsed) {
        return parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested();
    }

    private int fail(Throwable failure, String message, int code) {
        String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
        if (logFormat == LogFormat.JSON) {
            LoggerFactory.getLogger(Cli.class) // which takes its time, and not for each help
                    .atError()
                    .setCause(verbose ? failure : null)
                    .log("{}", line);
            return code;
        }
        System.err.println("sparsestream: " + line);
        if (verbose) {
            failure.printStackTrace(System.err);
        }
        System.err.flush();
        return code;
    }

    /** The exception that says what happened: below those that only carry others. */
    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof ExecutionException
                        || cause instanceof CompletionException
                        || cause instanceof StreamsException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String message(Throwable cause) {
        if (cause instanceof TimeoutException) {
            return "Kafka does not answer: " + cause.getMessage();
        }
        if (cause instanceof AuthorizationException) {
            return "Kafka refuses: " + cause.getMessage() + " Grant the rights that docs/SECURITY.md lists.";
        }
        if (cause instanceof LinkageError) {
            return "a native library cannot be loaded (" + cause.getMessage() + "): where "
                    + System.getProperty("java.io.tmpdir") + " is mounted noexec, give java another directory by"
                    + " -Djava.io.tmpdir=DIR";
        }
        if (cause instanceof OutOfMemoryError e) {
            return FailureText.outOfMemory(e);
        }
        boolean speaksForItself = cause.getMessage() != null
                && (cause instanceof CommandException
                        || cause instanceof IllegalArgumentException
                        || cause instanceof io.sparsestream.model.ModelException
                        || cause instanceof ArithmeticException
                        || cause.getClass() == IOException.class
                        || cause instanceof io.sparsestream.dataset.DatasetException);
        return speaksForItself ? cause.getMessage() : cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    /** From the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Cli.class.getPackage().getImplementationVersion();
            return new String[] {"sparsestream " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
