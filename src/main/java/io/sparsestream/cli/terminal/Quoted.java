package io.sparsestream.cli.terminal;

/** What a person has given, in a line for people: not longer than a line may be. */
public final class Quoted {
    private static final int LONGEST = 40;

    private Quoted() {}

    public static String of(String text) {
        return text.length() <= LONGEST
                ? "'" + text + "'"
                : "'" + text.substring(0, LONGEST) + "...' (" + text.length() + " characters)";
    }
}
