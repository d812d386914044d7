package io.sparsestream.cli;

/** What a person has given, in a line for people: not longer than a line may be. */
final class Quoted {
    private static final int LONGEST = 40;

    private Quoted() {}

    static String of(String text) {
        return text.length() <= LONGEST
                ? "'" + text + "'"
                : "'" + text.substring(0, LONGEST) + "...' (" + text.length() + " characters)";
    }
}
