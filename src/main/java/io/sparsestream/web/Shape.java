package io.sparsestream.web;

import io.sparsestream.message.InputFormat;

/** Height and width of a record: a square where it can be a picture, else a line. */
record Shape(int rows, int columns) {
    /** Height of the smallest pictures: a few numbers that happen to be a square of another number are none. */
    private static final int LEAST = 8;

    /** @param format of the records: pixels have no names, and nobody writes them as fields */
    static Shape of(int inputs, InputFormat format) {
        int side = (int) Math.round(Math.sqrt(inputs));
        boolean hasFields = switch (format.kind()) {
            case JSON, CSV, AVRO -> true;
            case AUTO, UINT8, FLOAT32, FLOAT64 -> false;
        };
        return side >= LEAST && side * side == inputs && !hasFields ? new Shape(side, side) : new Shape(1, inputs);
    }

    boolean isPicture() {
        return rows > 1;
    }
}
