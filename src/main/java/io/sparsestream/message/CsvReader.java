package io.sparsestream.message;

import com.fasterxml.jackson.core.io.NumberInput;
import io.sparsestream.learn.MiniBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers of the columns of one CSV record (RFC 4180), all of them or those that are named by their numbers. */
final class CsvReader implements NumberReader {
    private static final int NONE = -1;
    private static final int MAX_COLUMNS = 1 << 20;

    private final List<String> fields;
    private final boolean mayMiss;
    private final Map<Integer, Integer> inputs = new HashMap<>(); // by column, if they are named
    private final int labelColumn; // NONE if there is none
    private final RecurringText labels = new RecurringText();
    private String label = MiniBatch.UNLABELLED;
    private char[] text = new char[64]; // of the present column
    private int length;
    private boolean isUnterminated;

    /** @throws IllegalArgumentException if the fields are no column numbers */
    CsvReader(InputFormat format) {
        fields = format.fields();
        mayMiss = format.missing() == InputFormat.Missing.MEAN;
        for (int i = 0; i < fields.size(); i++) {
            inputs.put(column("--fields", fields.get(i)), i);
        }
        labelColumn =
                format.labelField().map(field -> column("--label-field", field)).orElse(NONE);
    }

    private static int column(String option, String field) {
        try {
            int column = Integer.parseInt(field);
            if (column >= 1 && column <= MAX_COLUMNS) {
                return column - 1;
            }
        } catch (NumberFormatException e) {
            throw notAColumn(option, field, e);
        }
        throw notAColumn(option, field, null);
    }

    private static IllegalArgumentException notAColumn(String option, String field, Exception cause) {
        return new IllegalArgumentException(
                option + " of csv records takes column numbers from 1 on, not " + NumberReader.quote(field), cause);
    }

    @Override
    public Reason read(byte[] value, float[] into) {
        label = MiniBatch.UNLABELLED;
        Arrays.fill(into, Float.NaN);
        int end = end(value);
        int found = 0;
        int next = 0;
        for (int column = 0; next <= end; column++) {
            next = column(value, next, end);
            if (isUnterminated) {
                return malformed("column " + (column + 1) + " has a quotation mark that is not closed");
            }
            if (next < end && value[next] != ',') {
                return malformed(
                        value[next] == '\n' || value[next] == '\r'
                                ? "value has more than one line"
                                : "column " + (column + 1) + " goes on behind its quotation mark");
            }
            next++;
            if (column == labelColumn) {
                label = labels.decode(new String(text, 0, length).getBytes(StandardCharsets.ISO_8859_1));
            }
            int input = input(column);
            if (input == NONE) {
                continue;
            }
            if (input >= into.length) {
                return new Reason(Reason.Kind.COUNT, "more than " + into.length + " numbers");
            }
            Reason problem = number(column, input, into);
            if (problem != null) {
                return problem;
            }
            found++;
        }
        return found == into.length ? null : new Reason(Reason.Kind.COUNT, found + " numbers, not " + into.length);
    }

    private static Reason malformed(String text) {
        return new Reason(Reason.Kind.MALFORMED, text);
    }

    private int input(int column) {
        if (!fields.isEmpty()) {
            return inputs.getOrDefault(column, NONE);
        }
        return labelColumn == NONE || column < labelColumn ? column : column == labelColumn ? NONE : column - 1;
    }

    private Reason number(int column, int input, float[] into) {
        int from = 0;
        int to = length;
        while (from < to && text[from] == ' ') {
            from++;
        }
        while (to > from && text[to - 1] == ' ') {
            to--;
        }
        if (from == to) {
            return mayMiss ? null : new Reason(Reason.Kind.MISSING, "column " + (column + 1) + " is empty");
        }
        try {
            float number = (float) NumberInput.parseDouble(text, from, to - from, true);
            if (Float.isFinite(number)) {
                into[input] = number;
                return null;
            }
            return wrong(Reason.Kind.NOT_FINITE, column, from, to, "not a finite number of float32");
        } catch (NumberFormatException e) {
            return wrong(Reason.Kind.NOT_A_NUMBER, column, from, to, "not a number");
        }
    }

    private Reason wrong(Reason.Kind kind, int column, int from, int to, String what) {
        return new Reason(
                kind,
                "column " + (column + 1) + " is " + NumberReader.quote(new String(text, from, to - from)) + ", "
                        + what);
    }

    /** Where the record ends: the line end behind it does not belong to it. */
    private static int end(byte[] value) {
        int end = value.length;
        if (end > 0 && value[end - 1] == '\n') {
            end--;
        }
        return end > 0 && value[end - 1] == '\r' ? end - 1 : end;
    }

    /** Reads one column's text from there on; where it ends. */
    private int column(byte[] value, int from, int end) {
        length = 0;
        isUnterminated = false;
        int i = from;
        if (i < end && value[i] == '"') {
            for (i++; i < end; i++) {
                if (value[i] != '"') {
                    append(value[i]);
                } else if (i + 1 < end && value[i + 1] == '"') {
                    append(value[++i]);
                } else {
                    return i + 1;
                }
            }
            isUnterminated = true;
            return i;
        }
        while (i < end && value[i] != ',' && value[i] != '\n' && value[i] != '\r') {
            append(value[i++]);
        }
        return i;
    }

    /** Bytes as characters: UTF-8 matters in labels alone. */
    private void append(byte each) {
        if (length == text.length) {
            text = Arrays.copyOf(text, 2 * length);
        }
        text[length++] = (char) (each & 0xff);
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public int count(byte[] value) {
        if (!fields.isEmpty()) {
            return fields.size();
        }
        int end = end(value);
        int columns = 0;
        for (int next = 0; next <= end; next++) {
            next = column(value, next, end);
            columns++;
        }
        return labelColumn == NONE || labelColumn >= columns ? columns : columns - 1;
    }
}
