package io.sparsestream.learn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The labels of a stream, numbered from 0 in the order in which they come. The first {@value #MEASURED} have a number each;
 * all later ones share one more, so that a stream with a label for each image does not fill the memory. Not thread-safe.
 */
public final class Labels {
    /** Labels that are told apart. */
    public static final int MEASURED = 100;

    /** The name that all other labels share. */
    public static final String OTHER = "other";

    /** The order in which people expect them: numbers by their value, then the others as text, {@value #OTHER} last. */
    public static final Comparator<String> ORDER = Comparator.<String, Boolean>comparing(OTHER::equals)
            .thenComparing(label -> !isNumber(label))
            .thenComparing(label -> isNumber(label) ? label.length() : 0)
            .thenComparing(Comparator.naturalOrder());

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /** The number of a label, at most {@link #MEASURED}. */
    public int number(String label) {
        Integer known = numbers.get(label);
        if (known != null) {
            return known;
        }
        return names.size() < MEASURED || label.equals(OTHER) ? add(label) : number(OTHER);
    }

    private int add(String label) {
        int number = names.size();
        numbers.put(label, number);
        names.add(label);
        return number;
    }

    /** Numbers given. */
    public int size() {
        return names.size();
    }

    /** The label that has that number. */
    public String name(int number) {
        return names.get(number);
    }

    private static boolean isNumber(String label) {
        return !label.isEmpty() && label.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
