package io.sparsestream.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A place in the binary encoding of an Avro record, which may be rubbish. Nothing is allocated by what a length in it claims, and
 * nothing at all but what is asked for: the decoder of Avro itself allocates for each record, and for each error.
 */
final class AvroBody {
    private static final VarHandle FLOATS =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle DOUBLES =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    /** Records may contain themselves, so that a value says how deep they are nested. */
    private static final int MAX_DEPTH = 256;

    private static final int MAX_BITS = 63;

    private static final Misfit TOO_SHORT = malformed("value ends within its record");
    private static final Misfit STRANGE_NUMBER = malformed("value has a whole number of more than 64 bits");
    private static final Misfit STRANGE_LENGTH = malformed("value has a negative length");
    private static final Misfit STRANGE_CHOICE = malformed("value chooses what its schema does not have");
    private static final Misfit TOO_DEEP = malformed("value is nested more than " + MAX_DEPTH + " records deep");

    private byte[] bytes;
    private int position;
    private int depth;

    private static Misfit malformed(String text) {
        return new Misfit(Reason.Kind.MALFORMED, text);
    }

    void begin(byte[] value, int from) {
        bytes = value;
        position = from;
        depth = 0;
    }

    boolean isAtEnd() {
        return position == bytes.length;
    }

    int position() {
        return position;
    }

    /** Goes back to a position that it was at. */
    void moveTo(int earlier) {
        position = earlier;
    }

    void enterRecord() throws Misfit {
        if (++depth > MAX_DEPTH) {
            throw TOO_DEEP;
        }
    }

    void leaveRecord() {
        depth--;
    }

    void skip(long length) throws Misfit {
        advance(length);
    }

    /** @return where it was */
    private int advance(long length) throws Misfit {
        if (length < 0) {
            throw STRANGE_LENGTH;
        }
        if (length > bytes.length - position) {
            throw TOO_SHORT;
        }
        int from = position;
        position += (int) length;
        return from;
    }

    /** An int or a long. */
    long readWhole() throws Misfit {
        long zigzag = 0;
        for (int shift = 0; shift <= MAX_BITS; shift += 7) {
            byte next = bytes[advance(1)];
            zigzag |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return zigzag >>> 1 ^ -(zigzag & 1);
            }
        }
        throw STRANGE_NUMBER;
    }

    /** Which of so many symbols, or types of a union, it is. */
    int readChoice(int of) throws Misfit {
        long choice = readWhole();
        if (choice < 0 || choice >= of) {
            throw STRANGE_CHOICE;
        }
        return (int) choice;
    }

    float readFloat() throws Misfit {
        return (float) FLOATS.get(bytes, advance(Float.BYTES));
    }

    double readDouble() throws Misfit {
        return (double) DOUBLES.get(bytes, advance(Double.BYTES));
    }

    boolean readBoolean() throws Misfit {
        return bytes[advance(1)] != 0;
    }

    /** A whole number of so many bytes in two's complement, the most significant first. */
    double readUnscaled(long length) throws Misfit {
        int from = advance(length);
        if (length == 0) {
            return 0;
        }
        double number = bytes[from];
        for (int i = from + 1; i < position; i++) {
            number = number * 256 + (bytes[i] & 0xff);
        }
        return number;
    }

    byte[] read(long length) throws Misfit {
        int from = advance(length);
        return Arrays.copyOfRange(bytes, from, position);
    }

    /**
     * The number of items of the next block of an array or a map; 0 behind the last one.
     *
     * @return negative if the block was skipped as a whole
     */
    long skipBlock() throws Misfit {
        long items = readWhole();
        if (items < 0) {
            skip(readWhole());
        }
        return items;
    }

    /** The same of a block whose items are read. */
    long enterBlock() throws Misfit {
        long items = readWhole();
        if (items >= 0) {
            return items;
        }
        readWhole(); // its size in bytes
        if (items == Long.MIN_VALUE) {
            throw STRANGE_LENGTH;
        }
        return -items;
    }
}
