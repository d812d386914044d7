package io.sparsestream.cli.terminal;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.logging.log4j.Logger;

/** A stream whose lines are logged, so that a log of JSON has nothing else in it. */
final class LoggedLines extends PrintStream {
    LoggedLines(Logger logger) {
        super(new Lines(logger), true, StandardCharsets.UTF_8);
    }

    private static final class Lines extends OutputStream {
        private final Logger logger;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Lines(Logger logger) {
            this.logger = logger;
        }

        @Override
        public synchronized void write(int b) {
            if (b != '\n') {
                line.write(b);
                return;
            }
            String text = line.toString(StandardCharsets.UTF_8).strip();
            line.reset();
            if (!text.isEmpty()) {
                logger.info("{}", text);
            }
        }
    }
}
