package io.sparsestream.message;

/** Says why a value does not fit. Without a stack trace, since what is sent may be wrong again and again. */
final class Misfit extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Reason reason;

    Misfit(Reason.Kind kind, String text) {
        super(text, null, false, false);
        reason = new Reason(kind, text);
    }

    Reason reason() {
        return reason;
    }
}
