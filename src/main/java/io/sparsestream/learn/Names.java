package io.sparsestream.learn;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names that people write, and what they may have meant where there is no such name. */
public final class Names {
    private static final int SHORTEST_BEGINNING = 3;
    private static final int QUOTED = 60; // characters of what others wrote, in a message
    private static final int LONGEST = 200; // characters of a name, or of a value

    /** Those of ASCII, and those that terminals take for an escape and what follows it. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9f}]");

    private Names() {}

    /** One line for people: {@code unknown preset 'sprase': did you mean sparse?}, or which names there are. */
    public static String unknown(String kind, String name, Collection<String> known) {
        return "unknown " + kind + " '" + cut(name) + "': "
                + closest(cut(name), known)
                        .map(meant -> "did you mean " + meant + "?")
                        .orElse("choose from " + String.join(", ", known));
    }

    /** What others wrote, short enough for a message of one line. */
    public static String cut(String text) {
        return cut(text, QUOTED);
    }

    /** The same where so many characters are short enough. */
    public static String cut(String text, int most) {
        String cut = text.length() > most ? text.substring(0, most) + "…" : text;
        return printable(cut);
    }

    /** What others wrote, as a person may see it: terminals obey control characters. */
    public static String printable(String text) {
        return CONTROL.matcher(text).replaceAll("?");
    }

    /**
     * Names and values of hyperparameters go into logs and messages.
     *
     * @throws IllegalArgumentException unless the text is a line that is not too long
     */
    public static String requireOneLine(String text) {
        if (text.length() > LONGEST || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("'" + cut(text) + "' is no name or value of a hyperparameter");
        }
        return text;
    }

    /**
     * The known name that is most like another: at most a third of the letters differ, or it alone begins so.
     *
     * @return empty if none is like it
     */
    public static Optional<String> closest(String name, Collection<String> known) {
        int most = Math.max(1, name.length() / 3);
        Optional<String> near = known.stream()
                .filter(each -> distance(name, each) <= most)
                .min(Comparator.comparingInt(each -> distance(name, each)));
        return near.or(() -> onlyOneThatBegins(name, known));
    }

    private static Optional<String> onlyOneThatBegins(String beginning, Collection<String> known) {
        return beginning.length() < SHORTEST_BEGINNING
                ? Optional.empty()
                : known.stream()
                        .filter(each -> each.startsWith(beginning))
                        .reduce((one, other) -> "")
                        .filter(only -> !only.isEmpty());
    }

    /**
     * Letters to insert, delete, replace, or exchange with their neighbour, to come from one to the other: F. J. Damerau,
     * "A technique for computer detection and correction of spelling errors", CACM 7 (1964).
     */
    static int distance(String one, String other) {
        int[][] distances =
                new int[one.length() + 1][other.length() + 1]; // between the first i and the first j letters
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    distances[i][j] = i + j;
                    continue;
                }
                int replaced = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                int least = Math.min(distances[i - 1][j], distances[i][j - 1]) + 1;
                least = Math.min(least, distances[i - 1][j - 1] + replaced);
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    least = Math.min(least, distances[i - 2][j - 2] + 1);
                }
                distances[i][j] = least;
            }
        }
        return distances[one.length()][other.length()];
    }
}
