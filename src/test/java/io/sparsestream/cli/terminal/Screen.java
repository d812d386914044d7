package io.sparsestream.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** What a terminal of so many columns shows of what was printed to it. */
final class Screen {
    private static final String ERASE = "\u001b[2K";

    private Screen() {}

    static List<String> of(String printed, int columns) {
        List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
        int column = 0;
        for (int i = 0; i < printed.length(); i++) {
            StringBuilder line = lines.get(lines.size() - 1);
            char c = printed.charAt(i);
            if (printed.startsWith(ERASE, i)) {
                line.setLength(0);
                i += ERASE.length() - 1;
            } else if (c == '\r') {
                column = 0;
            } else if (c == '\n') {
                lines.add(new StringBuilder());
                column = 0;
            } else {
                if (column == columns) { // it wraps
                    line = new StringBuilder();
                    lines.add(line);
                    column = 0;
                }
                line.setLength(Math.max(line.length(), column + 1));
                line.setCharAt(column++, c);
            }
        }
        return lines.stream().map(StringBuilder::toString).toList();
    }
}
