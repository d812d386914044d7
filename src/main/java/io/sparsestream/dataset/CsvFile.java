package io.sparsestream.dataset;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads a table of comma-separated values with a header (RFC 4180), in UTF-8. An empty field is a missing number. */
final class CsvFile {
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(?:\\d++(?:\\.\\d*+)?|\\.\\d++)(?:[eE][-+]?\\d{1,9}+)?");
    private static final Pattern MISSING = Pattern.compile("(?i)nan|");
    private static final int LONGEST = 1 << 20; // characters of a field
    private static final int NAMED = 10; // columns in a message
    private static final int QUOTED = 40; // characters of a field in a message

    private final Path file;
    private final BufferedReader in;
    private long line = 1; // of the record that was read last
    private long nextLine = 1;

    private CsvFile(Path file, BufferedReader in) {
        this.file = file;
        this.in = in;
    }

    static Samples read(Path file, String name, Optional<String> labelColumn, List<String> columns) throws IOException {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8.newDecoder()))) {
            return new CsvFile(file, in).samples(name, labelColumn, columns);
        } catch (CharacterCodingException e) {
            throw new DatasetException(file + ": is not a text in UTF-8", e);
        }
    }

    private Samples samples(String name, Optional<String> labelColumn, List<String> columns) throws IOException {
        in.mark(1);
        if (in.read() != '\ufeff') { // which some programs write first
            in.reset();
        }
        List<String> header = record();
        if (header.isEmpty()) {
            throw new DatasetException(file + ": has no header");
        }
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < header.size(); i++) {
            places.putIfAbsent(header.get(i), i);
        }
        int label = labelColumn.isPresent() ? place(places, header, labelColumn.get(), "--label-column") : -1;
        List<Integer> wanted = new ArrayList<>();
        for (String column : columns) {
            wanted.add(place(places, header, column, "--columns"));
        }
        for (int i = 0; columns.isEmpty() && i < header.size(); i++) {
            if (i != label) {
                wanted.add(i);
            }
        }
        if (wanted.isEmpty()) {
            throw new DatasetException(file + ": has no column beside that of the labels");
        }
        List<double[]> rows = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (List<String> fields = record(); !fields.isEmpty(); fields = record()) {
            if (fields.size() == 1 && fields.get(0).isEmpty() && header.size() > 1) {
                continue; // an empty line
            }
            if (fields.size() != header.size()) {
                throw new DatasetException(
                        at() + "has " + fields.size() + " fields, where the header has " + header.size());
            }
            double[] row = new double[wanted.size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = number(fields.get(wanted.get(i)), header.get(wanted.get(i)));
            }
            rows.add(row);
            if (label >= 0) {
                labels.add(fields.get(label));
            }
        }
        if (rows.isEmpty()) {
            throw new DatasetException(file + ": has no records below its header");
        }
        return new Samples(
                name,
                rows.size(),
                "1x" + wanted.size(),
                wanted.size(),
                wanted.stream().map(header::get).toList(),
                false,
                (sample, column) -> rows.get(sample)[column],
                labels);
    }

    private int place(Map<String, Integer> places, List<String> header, String column, String option)
            throws DatasetException {
        Integer place = places.get(column);
        if (place == null) {
            throw new DatasetException(file + ": has no column " + quoted(column) + ", but "
                    + header.stream().limit(NAMED).map(CsvFile::quoted).collect(Collectors.joining(", "))
                    + (header.size() > NAMED ? ", ..." : "") + ": choose by " + option);
        }
        return place;
    }

    private double number(String field, String column) throws DatasetException {
        String text = field.strip();
        if (MISSING.matcher(text).matches()) {
            return Double.NaN;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw new DatasetException(at() + "column " + quoted(column) + " is " + quoted(field)
                    + ", not a number: choose by --columns which columns are sent, by --label-column the label");
        }
        return Double.parseDouble(text);
    }

    private String at() {
        return file + ", line " + line + ": ";
    }

    private static String quoted(String text) {
        return "'" + (text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "...") + "'";
    }

    /** The fields of the next record; none at the end of the file. */
    private List<String> record() throws IOException {
        line = nextLine;
        List<String> fields = new ArrayList<>();
        int next = in.read();
        if (next < 0) {
            return fields;
        }
        StringBuilder field = new StringBuilder();
        while (true) {
            if (next == '"' && field.isEmpty()) {
                next = quotedField(field);
            }
            if (next == '\r') {
                in.mark(1);
                if (in.read() != '\n') {
                    in.reset();
                }
                next = '\n';
            }
            if (next < 0 || next == '\n') {
                nextLine += next < 0 ? 0 : 1;
                fields.add(field.toString());
                return fields;
            }
            if (next == ',') {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                append(field, next);
            }
            next = in.read();
        }
    }

    /** Returns the character behind the closing quote. */
    private int quotedField(StringBuilder field) throws IOException {
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new DatasetException(at() + "a quote is not closed");
            }
            nextLine += next == '\n' ? 1 : 0;
            if (next == '"') {
                next = in.read();
                if (next != '"') {
                    return next;
                }
            }
            append(field, next);
        }
    }

    private void append(StringBuilder field, int character) throws DatasetException {
        if (field.length() == LONGEST) {
            throw new DatasetException(at() + "a field is longer than " + LONGEST + " characters");
        }
        field.append((char) character);
    }
}
