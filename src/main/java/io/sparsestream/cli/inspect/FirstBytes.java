package io.sparsestream.cli.inspect;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** What bytes of anybody's begin with, for people: text where it is such, otherwise hexadecimal. */
final class FirstBytes {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private FirstBytes() {}

    /** @param most bytes that are shown */
    static String of(byte[] bytes, int most) {
        byte[] first = Arrays.copyOf(bytes, Math.min(most, bytes.length));
        boolean whole = first.length == bytes.length;
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // which refuses what is no UTF-8
        CharBuffer text = CharBuffer.allocate(first.length);
        boolean isText = !decoder.decode(ByteBuffer.wrap(first), text, whole).isError()
                && text.flip().chars().noneMatch(Character::isISOControl);
        return (isText ? "'" + text : HEX.formatHex(first))
                + (whole ? "" : isText ? "..." : " ...")
                + (isText ? "'" : "");
    }
}
