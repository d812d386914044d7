package io.sparsestream.cli.terminal;

import io.sparsestream.compare.Table;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Ansi;

/**
 * What one of the process's streams ends in.
 *
 * @param columns of the terminal; empty where it is a file or a pipe
 * @param charset of what is written to it
 */
public record Terminal(OptionalInt columns, Charset charset) {
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[22m";

    /** Of a terminal that does not say how wide it is. */
    private static final int USUAL_COLUMNS = 80;

    /** Standard output. */
    public static Terminal out() {
        return of("stdout");
    }

    /** Standard error; no terminal where its lines are logged. */
    public static Terminal err() {
        return System.err instanceof LoggedLines
                ? new Terminal(OptionalInt.empty(), StandardCharsets.UTF_8)
                : of("stderr");
    }

    private static Terminal of(String stream) {
        return new Terminal(columns(new File("/dev/" + stream)), charset(stream));
    }

    /** Java's own console says nothing of the width, and from Java 22 on it is there without a terminal. */
    private static OptionalInt columns(File device) {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size").redirectInput(device).start();
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ");
            if (stty.waitFor() != 0 || size.length != 2) {
                return OptionalInt.empty();
            }
            int columns = Integer.parseInt(size[1]);
            return OptionalInt.of(columns == 0 ? USUAL_COLUMNS : columns);
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty(); // no terminal, or no stty, as on Windows
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalInt.empty();
        }
    }

    /** The first property is that of Java 19 and newer, the second that of Java 17 in a terminal. */
    public static Charset charset(String stream) {
        return Stream.of(stream + ".encoding", "sun." + stream + ".encoding")
                .map(System::getProperty)
                .filter(Objects::nonNull)
                .map(Charset::forName)
                .findFirst()
                .orElse(Charset.defaultCharset());
    }

    public boolean isInteractive() {
        return columns.isPresent();
    }

    /** Whether that many columns fit; a file takes any. */
    public boolean fits(int width) {
        return columns.isEmpty() || width <= columns.getAsInt();
    }

    /** Whether it shows dashes, blocks and Greek letters. */
    public boolean isUnicode() {
        return charset.newEncoder().canEncode(Ascii.SPELLED);
    }

    /** The table as it fits: rows as columns if it is too wide else, and below one another those that are still too many. */
    public String text(Table table) {
        if (fits(table.width())) {
            return text(List.of(table));
        }
        Table transposed = table.transposed();
        return text(fits(transposed.width()) ? List.of(transposed) : transposed.split(columns.getAsInt()));
    }

    private String text(List<Table> tables) {
        boolean bold = isInteractive() && Ansi.AUTO.enabled();
        return tables.stream()
                .map(table -> table.toText(bold ? cell -> BOLD + cell + PLAIN : UnaryOperator.identity()))
                .collect(Collectors.joining("\n"));
    }

    /** A stream to it, over one of bytes, that spells in ASCII what it cannot show. */
    PrintStream stream(OutputStream bytes) {
        return Ascii.over(new PrintStream(bytes, true, charset), charset);
    }
}
