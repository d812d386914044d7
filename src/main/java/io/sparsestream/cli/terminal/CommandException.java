package io.sparsestream.cli.terminal;

/** A command cannot go on; the message is one line for people, saying what to do. */
public final class CommandException extends RuntimeException {
    public CommandException(String message) {
        super(message);
    }

    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
