package io.sparsestream.message;

import java.util.Locale;

/**
 * Why a record is set aside.
 *
 * @param text for people: what is wrong with this record
 */
public record Reason(Kind kind, String text) {
    /** What is wrong, as metrics count it: few, whatever is sent. */
    public enum Kind {
        /** There is no value. */
        NO_VALUE,
        /** Header {@code dtype} names another format. */
        DTYPE,
        /** Header {@code shape} is of another number of values. */
        SHAPE,
        /** A binary value has another number of bytes. */
        LENGTH,
        /** A value has another number of numbers. */
        COUNT,
        /** A number is missing. */
        MISSING,
        /** Something else stands where a number is expected. */
        NOT_A_NUMBER,
        /** A number is NaN, infinite or too large for float32. */
        NOT_FINITE,
        /** The value is not of its format. */
        MALFORMED,
        /** The schema registry does not know the value's schema, or that cannot be read. */
        SCHEMA,
        /** The label is too long. */
        LABEL,
        /** The key is missing, too long or no text. */
        KEY,
        /** The key is one more than there may be. */
        MAX_KEYS;

        /** The name in metrics and for people, such as {@code not a number}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** What people read. */
    @Override
    public String toString() {
        return text;
    }
}
