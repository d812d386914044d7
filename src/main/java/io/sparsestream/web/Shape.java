package io.sparsestream.web;

/** Height and width of an image whose number of pixels alone is known: a square where it can be, else a line. */
record Shape(int rows, int columns) {
    static Shape of(int pixels) {
        int side = (int) Math.round(Math.sqrt(pixels));
        return side * side == pixels ? new Shape(side, side) : new Shape(1, pixels);
    }
}
