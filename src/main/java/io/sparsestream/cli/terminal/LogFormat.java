package io.sparsestream.cli.terminal;

import java.util.Locale;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.LoggerConfig;

/** What the log looks like, and with it all that a command prints to {@code System.err}. */
public enum LogFormat {
    /** Lines for people. */
    TEXT("stderr"),
    /** One JSON object a line: time, level, logger, message, of an error its stack trace, of progress its numbers. */
    JSON("json");

    private final String appender; // in log4j2.xml

    LogFormat(String appender) {
        this.appender = appender;
    }

    /** From now on. What goes to {@code System.err} stays there until the process ends or somebody sets another stream. */
    public void use() {
        LoggerContext context = LoggerContext.getContext(false);
        LoggerConfig root = context.getConfiguration().getRootLogger();
        if (!root.getAppenders().containsKey(appender)) {
            for (LogFormat each : values()) {
                root.removeAppender(each.appender);
            }
            root.addAppender(context.getConfiguration().getAppender(appender), null, null);
            context.updateLoggers();
        }
        if (this == JSON && !(System.err instanceof LoggedLines)) {
            System.setErr(new LoggedLines(LogManager.getLogger("io.sparsestream.stderr")));
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
