package io.sparsestream.compare;

import io.sparsestream.learn.Names;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rows of text below a heading, for a terminal or as Markdown. */
public final class Table {
    /** A cell without a value. */
    public static final String NONE = "–";

    private static final Pattern NUMBER = Pattern.compile("-?[0-9][0-9,]*(\\.[0-9]+)?");
    private static final String BETWEEN = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final Set<Place> best = new HashSet<>();

    /** Which of a column's numbers is the best. */
    public enum Best {
        LEAST,
        GREATEST
    }

    /** Of a cell: both from 0, the heading's row included. */
    private record Place(int row, int column) {
        Place transposed() {
            return new Place(column, row);
        }
    }

    public Table(List<String> heading) {
        rows.add(printable(heading));
    }

    /**
     * Makes the best number of a column stand out, if there are two different ones at least. Cells without a number do not
     * count.
     */
    public void emphasize(int column, Best which) {
        emphasize(column, which, row -> "");
    }

    /** The same for each group of rows that have the same cell in another column. */
    public void emphasize(int column, Best which, int group) {
        emphasize(column, which, row -> row.get(group));
    }

    private void emphasize(int column, Best which, Function<List<String>, String> group) {
        Map<String, Map<Integer, Double>> groups = new HashMap<>();
        for (int row = 1; row < rows.size(); row++) {
            Matcher number = NUMBER.matcher(rows.get(row).get(column));
            if (number.lookingAt()) {
                groups.computeIfAbsent(group.apply(rows.get(row)), name -> new HashMap<>())
                        .put(row, Double.parseDouble(number.group().replace(",", "")));
            }
        }
        for (Map<Integer, Double> values : groups.values()) {
            if (values.values().stream().distinct().count() > 1) {
                double found =
                        which == Best.LEAST ? Collections.min(values.values()) : Collections.max(values.values());
                values.forEach((row, value) -> {
                    if (value == found) {
                        best.add(new Place(row, column));
                    }
                });
            }
        }
    }

    /** @param cells as many as the heading has */
    public void add(List<String> cells) {
        if (cells.size() != rows.get(0).size()) {
            throw new IllegalArgumentException("a row of " + cells.size() + " cells below a heading of "
                    + rows.get(0).size());
        }
        rows.add(printable(cells));
    }

    /** Labels and keys are anybody's. */
    private static List<String> printable(List<String> cells) {
        return cells.stream().map(Names::printable).toList();
    }

    /** A number as a cell, in that format; a dash where there is none: null, NaN or an infinity. */
    public static String cell(String format, Double value) {
        return value == null || !Double.isFinite(value) ? NONE : String.format(Locale.ROOT, format, value);
    }

    /** Columns of equal width, the first to the left, the others to the right. */
    public String toText() {
        return toText(UnaryOperator.identity());
    }

    /** @param strong makes a cell that stands out of its text, of the same width */
    public String toText(UnaryOperator<String> strong) {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows.size(); row++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < rows.get(row).size(); column++) {
                String cell = rows.get(row).get(column);
                String padding = " ".repeat(width(column) - cell.length());
                String shown = best.contains(new Place(row, column)) ? strong.apply(cell) : cell;
                line.append(column == 0 ? shown + padding : BETWEEN + padding + shown);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** Characters of its longest line. */
    public int width() {
        return IntStream.range(0, rows.get(0).size()).map(this::width).sum()
                + BETWEEN.length() * (rows.get(0).size() - 1);
    }

    /** The same with the rows as columns: narrower where there are few of them. */
    public Table transposed() {
        return of(
                IntStream.range(0, rows.get(0).size())
                        .mapToObj(column ->
                                rows.stream().map(row -> row.get(column)).toList())
                        .toList(),
                best.stream().map(Place::transposed));
    }

    /** Tables of as many of its columns as fit into that many characters, one at least; each begins with the first column. */
    public List<Table> split(int columns) {
        List<Table> parts = new ArrayList<>();
        for (int first = 1; first < rows.get(0).size(); ) {
            int next = first + 1;
            while (next < rows.get(0).size() && part(first, next + 1).width() <= columns) {
                next++;
            }
            parts.add(part(first, next));
            first = next;
        }
        return parts;
    }

    private Table part(int from, int to) {
        return of(
                rows.stream()
                        .map(row -> Stream.concat(Stream.of(row.get(0)), row.subList(from, to).stream())
                                .toList())
                        .toList(),
                best.stream()
                        .filter(place -> place.column == 0 || place.column >= from && place.column < to)
                        .map(place -> new Place(place.row, place.column == 0 ? 0 : place.column - from + 1)));
    }

    private static Table of(List<List<String>> rows, Stream<Place> best) {
        Table table = new Table(rows.get(0));
        rows.stream().skip(1).forEach(table::add);
        best.forEach(table.best::add);
        return table;
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElseThrow();
    }

    public String toMarkdown() {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows.size(); row++) {
            text.append('|');
            for (int column = 0; column < rows.get(row).size(); column++) {
                String mark = best.contains(new Place(row, column)) ? "**" : "";
                text.append(' ')
                        .append(mark)
                        .append(rows.get(row).get(column).replace("|", "\\|"))
                        .append(mark)
                        .append(" |");
            }
            text.append('\n');
            if (row == 0) {
                text.append("|---")
                        .append("|---:".repeat(rows.get(0).size() - 1))
                        .append("|\n");
            }
        }
        return text.toString();
    }
}
