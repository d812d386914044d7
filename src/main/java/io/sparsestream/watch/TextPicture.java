package io.sparsestream.watch;

import java.util.ArrayList;
import java.util.List;

/** An image as text: a character is two pixels, one above the other. */
public final class TextPicture {
    private static final String RESET = "\u001b[0m";

    /** Grey from which a pixel is white where there are no colours. */
    private static final int WHITE = 96;

    private TextPicture() {}

    /**
     * The lines of an image, each of {@code columns} characters.
     *
     * @param greys uint8 pixels, row-major
     * @param colours whether the terminal shows the 24 greys of the 256 colours; black and white otherwise
     */
    public static List<String> lines(byte[] greys, int columns, boolean colours) {
        List<String> lines = new ArrayList<>();
        for (int top = 0; top < greys.length; top += 2 * columns) {
            StringBuilder line = new StringBuilder();
            for (int i = top; i < top + columns; i++) {
                int upper = grey(greys, i);
                int lower = grey(greys, i + columns);
                if (colours) {
                    line.append("\u001b[38;5;")
                            .append(colour(upper))
                            .append(";48;5;")
                            .append(colour(lower))
                            .append('m');
                    line.append('▀');
                } else {
                    line.append(" ▀▄█".charAt((upper >= WHITE ? 1 : 0) + (lower >= WHITE ? 2 : 0)));
                }
            }
            lines.add(colours ? line + RESET : line.toString());
        }
        return lines;
    }

    /** Black below the last row. */
    private static int grey(byte[] greys, int index) {
        return index < greys.length ? greys[index] & 0xff : 0;
    }

    /** The colours 232 to 255 go from black to white. */
    private static int colour(int grey) {
        return 232 + grey * 24 / 256;
    }
}
