package io.sparsestream.cli.train;

import java.util.Locale;
import java.util.Map;
import org.apache.logging.log4j.message.MapMessage;

/** A line for people on a log of text; on one of JSON its numbers are fields, too. */
final class ProgressMessage extends MapMessage<ProgressMessage, Object> {
    private final String text;

    ProgressMessage(String text, Map<String, Object> numbers) {
        super(numbers);
        this.text = text;
    }

    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    @Override
    public ProgressMessage newInstance(Map<String, Object> numbers) {
        return new ProgressMessage(text, numbers);
    }

    @Override
    public String getFormattedMessage() {
        return text;
    }

    @Override
    public void formatTo(StringBuilder line) {
        line.append(text);
    }

    @Override
    public void formatTo(String[] formats, StringBuilder line) {
        line.append(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
