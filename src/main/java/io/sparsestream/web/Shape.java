package io.sparsestream.web;

/** Height and width of a record: a square where it can be a picture, else a line. */
record Shape(int rows, int columns) {
    /** @param isNamed whether the inputs have names, which pixels do not */
    static Shape of(int inputs, boolean isNamed) {
        int side = (int) Math.round(Math.sqrt(inputs));
        return side * side == inputs && !isNamed ? new Shape(side, side) : new Shape(1, inputs);
    }

    boolean isPicture() {
        return rows > 1;
    }
}
