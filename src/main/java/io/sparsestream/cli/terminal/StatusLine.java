package io.sparsestream.cli.terminal;

import java.io.OutputStream;
import java.io.PrintStream;

/**
 * The last line of a terminal, drawn again and again. While it is there, what is printed to {@code System.err} stands above
 * it: it is cleared first and drawn again afterwards, so that neither overwrites the other.
 */
final class StatusLine implements AutoCloseable {
    private static final String CLEAR = "\r\u001b[2K";

    private final PrintStream err = System.err;
    private String status = "";
    private boolean drawn;

    StatusLine(Terminal terminal) {
        System.setErr(terminal.stream(new Above()));
    }

    synchronized void show(String text) {
        erase();
        status = text;
        draw();
    }

    private void erase() {
        if (drawn) {
            err.print(CLEAR);
            drawn = false;
        }
    }

    private void draw() {
        if (!status.isEmpty()) {
            err.print(status);
            err.flush();
            drawn = true;
        }
    }

    @Override
    public synchronized void close() {
        erase();
        status = "";
        err.flush();
        System.setErr(err);
    }

    private final class Above extends OutputStream {
        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            if (length == 0) {
                return;
            }
            synchronized (StatusLine.this) {
                erase();
                err.write(bytes, from, length);
                if (bytes[from + length - 1] == '\n') {
                    draw();
                }
            }
        }
    }
}
