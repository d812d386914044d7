package io.sparsestream.sweep;

import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The settings among which a sweep looks.
 *
 * @param base what every trial has where nothing else is said
 * @param values by hyperparameter, one or several
 * @param steps of the sweep: the length of a schedule unless one is given
 */
public record SearchSpace(Hyperparameters base, Map<String, List<String>> values, long steps) {
    private static final String SCHEDULE = "schedule";
    private static final String CONSTANT = "constant";
    private static final List<String> OF_SCHEDULES = List.of("schedule-steps", "schedule-factor");
    private static final long MANY_DRAWS = 100;

    /** Trials that there may be: far more than a pass can train, few enough to be listed. */
    static final int MOST_TRIALS = 100_000;

    /** A number that begins like the digits behind a decimal comma. */
    private static final Pattern LEADING_ZERO = Pattern.compile("0\\d+");

    /**
     * @param given hyperparameters by name, several values with commas between them
     * @throws IllegalArgumentException if there are several batch sizes, which one pass cannot feed, or a comma seems to
     *     be a decimal one
     */
    public static SearchSpace of(Hyperparameters base, Map<String, String> given, long steps) {
        Map<String, List<String>> values = new TreeMap<>();
        given.forEach((name, text) -> values.put(name, split(name, text)));
        if (values.getOrDefault("batch", List.of()).size() > 1) {
            throw new IllegalArgumentException(
                    "batch must be one number in a sweep, not " + Names.cut(given.get("batch")));
        }
        return new SearchSpace(base, values, steps);
    }

    private static List<String> split(String name, String text) {
        List<String> values =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        if (values.stream()
                .skip(1)
                .anyMatch(value -> LEADING_ZERO.matcher(value).matches())) {
            throw new IllegalArgumentException(name + " must be numbers with commas between them, not '"
                    + Names.cut(text) + "': decimals have a point");
        }
        return values;
    }

    /**
     * Every combination of the values.
     *
     * @throws IllegalArgumentException naming the first value that cannot be learned with, or if they are too many
     */
    public List<Hyperparameters> grid() {
        double size = values.values().stream().mapToDouble(List::size).reduce(1, (a, b) -> a * b);
        if (size > MOST_TRIALS) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "all combinations of the values are %,.0f trials, more than %,d: give fewer values, or --random",
                    size,
                    MOST_TRIALS));
        }
        List<Map<String, String>> combinations = List.of(Map.of());
        for (Map.Entry<String, List<String>> hyperparameter : values.entrySet()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> combination : combinations) {
                for (String value : hyperparameter.getValue()) {
                    Map<String, String> next = new TreeMap<>(combination);
                    next.put(hyperparameter.getKey(), value);
                    longer.add(next);
                }
            }
            combinations = longer;
        }
        Set<Hyperparameters> trials = new LinkedHashSet<>();
        combinations.forEach(combination -> trials.add(trial(combination)));
        return List.copyOf(trials);
    }

    /**
     * So many settings drawn at random: where a hyperparameter's values are several positive numbers, log-uniformly
     * between the least and the greatest of them, else one of the values. J. Bergstra, Y. Bengio, "Random Search for
     * Hyper-Parameter Optimization", JMLR 2012.
     *
     * @param trials 1 to {@link #MOST_TRIALS}; where the space has not as many, fewer are drawn
     * @throws IllegalArgumentException naming the first value that cannot be learned with, or if they are too many
     */
    public List<Hyperparameters> random(int trials, long seed) {
        if (trials > MOST_TRIALS) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "random must be at most %,d, not %,d", MOST_TRIALS, trials));
        }
        checkEach();
        Random random = new Random(seed);
        Set<Hyperparameters> drawn = new LinkedHashSet<>();
        for (long draw = 0; draw < trials * MANY_DRAWS && drawn.size() < trials; draw++) {
            Map<String, String> combination = new TreeMap<>();
            values.forEach((name, choices) -> combination.put(name, draw(choices, random)));
            drawn.add(trial(combination));
        }
        return List.copyOf(drawn);
    }

    /** Looks at every value, also at those that would not be drawn, with the first ones of the others. */
    private void checkEach() {
        Map<String, String> first = new TreeMap<>();
        values.forEach((name, choices) -> first.put(name, choices.get(0)));
        for (String schedule :
                values.getOrDefault(SCHEDULE, List.of(base.schedule().shape().toString()))) {
            values.forEach((name, choices) -> choices.forEach(choice -> {
                Map<String, String> combination = new TreeMap<>(first);
                combination.put(SCHEDULE, schedule);
                if (!name.equals(SCHEDULE)) {
                    combination.put(name, choice);
                }
                trial(combination);
            }));
        }
    }

    private static String draw(List<String> choices, Random random) {
        try {
            double least = Double.MAX_VALUE;
            double greatest = 0;
            for (String choice : choices) {
                double value = Double.parseDouble(choice);
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
            }
            boolean whole = choices.stream().allMatch(choice -> choice.matches("\\d+"));
            if (choices.size() > 1 && least > 0 && !whole) {
                double value = least * Math.pow(greatest / least, random.nextDouble());
                String text = String.format(Locale.ROOT, "%.3g", value); // three digits, as a person would write it
                double rounded = Double.parseDouble(text);
                return rounded < least || rounded > greatest ? Double.toString(value) : text;
            }
        } catch (NumberFormatException e) {
            // names, such as of schedules, or betas by layer: one of them
        }
        return choices.get(random.nextInt(choices.size()));
    }

    private Hyperparameters trial(Map<String, String> combination) {
        Map<String, String> changes = new TreeMap<>(combination);
        String shape = changes.getOrDefault(SCHEDULE, base.schedule().shape().toString());
        if (!shape.equals(CONSTANT)) {
            changes.putIfAbsent("schedule-steps", Long.toString(steps));
        } else if (values.getOrDefault(SCHEDULE, List.of()).size() > 1) {
            changes.keySet().removeAll(OF_SCHEDULES); // they are for the other schedules
        }
        return base.with(changes);
    }

    /** The hyperparameters of which there are several values. */
    public List<String> swept() {
        return values.keySet().stream()
                .filter(name -> values.get(name).size() > 1)
                .toList();
    }
}
