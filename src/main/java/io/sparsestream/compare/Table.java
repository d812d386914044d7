package io.sparsestream.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of text below a heading, for a terminal or as Markdown. */
public final class Table {
    /** A cell without a value. */
    public static final String NONE = "–";

    private final List<List<String>> rows = new ArrayList<>();

    public Table(List<String> heading) {
        rows.add(List.copyOf(heading));
    }

    /** @param cells as many as the heading has */
    public void add(List<String> cells) {
        if (cells.size() != rows.get(0).size()) {
            throw new IllegalArgumentException("a row of " + cells.size() + " cells below a heading of "
                    + rows.get(0).size());
        }
        rows.add(List.copyOf(cells));
    }

    /** A number as a cell, in that format; a dash where there is none: null, NaN or an infinity. */
    public static String cell(String format, Double value) {
        return value == null || !Double.isFinite(value) ? NONE : String.format(Locale.ROOT, format, value);
    }

    /** Columns of equal width, the first to the left, the others to the right. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int width = width(column);
                line.append(column == 0 ? "" : "  ")
                        .append(String.format(Locale.ROOT, (column == 0 ? "%-" : "%") + width + "s", row.get(column)));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** The same with the rows as columns: narrower where there are few of them. */
    public Table transposed() {
        Table transposed = null;
        for (int column = 0; column < rows.get(0).size(); column++) {
            int index = column;
            List<String> row = rows.stream().map(cells -> cells.get(index)).toList();
            if (transposed == null) {
                transposed = new Table(row);
            } else {
                transposed.add(row);
            }
        }
        return transposed;
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElseThrow();
    }

    public String toMarkdown() {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows.size(); row++) {
            text.append("| ").append(String.join(" | ", rows.get(row))).append(" |\n");
            if (row == 0) {
                text.append("|---")
                        .append("|---:".repeat(rows.get(0).size() - 1))
                        .append("|\n");
            }
        }
        return text.toString();
    }
}
