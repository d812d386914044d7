package io.sparsestream.soak;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process tells of its meters, as Prometheus reads it. */
record Scrape(String text) {
    /** But for those of the causes of collections, of which another may come at any time. */
    private static final Pattern LINE = Pattern.compile("(?m)^(?!jvm_gc_)[a-z].* \\S+$");

    /** Time series that there always are. */
    long meters() {
        return LINE.matcher(text).results().count();
    }

    /** The sum over all series of a name, 0 where there is none. */
    double sum(String name) {
        Matcher lines =
                Pattern.compile("(?m)^" + name + "(?:\\{[^}]*})? (\\S+)$").matcher(text);
        return lines.results()
                .mapToDouble(line -> Double.parseDouble(line.group(1)))
                .sum();
    }

    /** How many series a name has. */
    long count(String name) {
        return Pattern.compile("(?m)^" + name + "[{ ]").matcher(text).results().count();
    }
}
