package io.sparsestream.cli.terminal;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** For terminals without Unicode: spells what is printed in ASCII, a character by a character, so that tables stay in line. */
public final class Ascii extends PrintStream {
    /** What this program prints beyond ASCII. */
    static final String SPELLED = "–−ρ…×▸→▀▄█░▏▎▍▌▋▊▉";

    private static final String SPELLING = "--r.x>>'.#........";

    Ascii(OutputStream bytes) {
        super(bytes, true, StandardCharsets.US_ASCII);
    }

    /** The stream itself where its charset has those characters. */
    public static PrintStream over(PrintStream stream, Charset charset) {
        return charset.newEncoder().canEncode(SPELLED) ? stream : new Ascii(stream);
    }

    static String spell(String text) {
        StringBuilder spelled = new StringBuilder(text);
        for (int i = 0; i < spelled.length(); i++) {
            int index = SPELLED.indexOf(spelled.charAt(i));
            if (index >= 0) {
                spelled.setCharAt(i, SPELLING.charAt(index));
            }
        }
        return spelled.toString();
    }

    /** All other methods for text come here. */
    @Override
    public void print(String text) {
        super.print(spell(String.valueOf(text)));
    }
}
