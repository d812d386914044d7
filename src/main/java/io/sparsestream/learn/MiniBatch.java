package io.sparsestream.learn;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;

/** Images on their way into one training step: float32 [capacity × pixels], filled from the front; each may have a label. */
public final class MiniBatch {
    /** Label of an image that has none. */
    public static final String UNLABELLED = "";

    /** Grey value to float, so that no image pays for divisions. */
    private static final float[] SCALE = new float[256];

    static {
        for (int grey = 0; grey < SCALE.length; grey++) {
            SCALE[grey] = grey / 255f;
        }
    }

    private static final int EIGHT = Long.BYTES;
    private static final VarHandle EIGHT_GREYS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle FLOATS =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle DOUBLES =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    private final int pixels;
    private final int capacity;
    private final float[] images;
    private final String[] labels;
    private final SparseRows rows;
    private final int[] nonZeroPixels; // its places
    private int size;

    public MiniBatch(int capacity, int pixels) {
        this.capacity = capacity;
        this.pixels = pixels;
        this.images = new float[floats(capacity, pixels)];
        this.labels = new String[capacity];
        this.rows = new SparseRows(capacity, pixels);
        this.rows.set(images);
        this.nonZeroPixels = rows.places();
    }

    /**
     * Numbers of a mini-batch, one after another.
     *
     * @throws IllegalArgumentException if an array cannot hold as many
     */
    static int floats(int images, int width) {
        long floats = (long) images * width;
        if (floats >= Integer.MAX_VALUE) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a mini-batch of %,d images with %,d numbers each does not fit into memory",
                    images,
                    width));
        }
        return (int) floats;
    }

    /** Appends one image without a label. */
    public void add(byte[] greys) {
        add(greys, UNLABELLED);
    }

    /**
     * Appends one image.
     *
     * @param values as many numbers as an image has pixels, row-major; how many bytes there are tells what they are: one each
     *     of grey values, unsigned, which stand for 1/255, four of float32 and eight of float64, little-endian
     * @param label its class, or {@link #UNLABELLED}, for those who look on: learning does not use it
     * @throws IllegalArgumentException on another length
     * @throws IllegalStateException if the batch is full
     */
    public void add(byte[] values, String label) {
        if (isFull()) {
            throw new IllegalStateException("the mini-batch already holds " + capacity + " images");
        }
        if (values.length == pixels) {
            addGreys(values);
        } else if (values.length == (long) pixels * Float.BYTES) {
            addFloats(values);
        } else if (values.length == (long) pixels * Double.BYTES) {
            addDoubles(values);
        } else {
            throw new IllegalArgumentException("an image has " + pixels + " pixels, not " + values.length);
        }
        labels[size] = label;
        size++;
    }

    /**
     * Appends one image.
     *
     * @param from as many numbers as an image has pixels, from {@code offset} on
     * @throws IllegalStateException if the batch is full
     */
    public void add(float[] from, int offset, String label) {
        if (isFull()) {
            throw new IllegalStateException("the mini-batch already holds " + capacity + " images");
        }
        System.arraycopy(from, offset, images, size * pixels, pixels);
        rows.findIn(size);
        labels[size] = label;
        size++;
    }

    private void addFloats(byte[] values) {
        for (int i = 0; i < pixels; i++) {
            images[size * pixels + i] = (float) FLOATS.get(values, i * Float.BYTES);
        }
        rows.findIn(size);
    }

    private void addDoubles(byte[] values) {
        for (int i = 0; i < pixels; i++) {
            images[size * pixels + i] = (float) (double) DOUBLES.get(values, i * Double.BYTES);
        }
        rows.findIn(size);
    }

    private void addGreys(byte[] greys) {
        int offset = size * pixels;
        Arrays.fill(images, offset, offset + pixels, 0);
        int end = offset;
        for (int i = 0; i < pixels; i += EIGHT) {
            if (i + EIGHT > pixels || (long) EIGHT_GREYS.get(greys, i) != 0) { // most of a digit's eights are blank
                end = scale(greys, i, Math.min(pixels, i + EIGHT), offset, end);
            }
        }
        rows.setEnd(size, end);
    }

    /** Writes some of an image's pixels, and those that are not zero at the end of the list; returns its new end. */
    private int scale(byte[] greys, int from, int to, int offset, int end) {
        int next = end;
        for (int i = from; i < to; i++) {
            int grey = greys[i] & 0xff;
            images[offset + i] = SCALE[grey];
            nonZeroPixels[next] = i; // without a branch, which could not be predicted; the next one overwrites a zero's
            next += grey == 0 ? 0 : 1;
        }
        return next;
    }

    public boolean isFull() {
        return size == capacity;
    }

    public int size() {
        return size;
    }

    public void clear() {
        size = 0;
    }

    /** The live array [capacity × pixels]; rows from {@link #size()} on hold leftovers. */
    public float[] images() {
        return images;
    }

    /** The live array [capacity]: label of each image, or {@link #UNLABELLED}. */
    public String[] labels() {
        return labels;
    }

    /** The images with the places of the pixels that are not zero, live: as many rows as {@link #size()}. */
    SparseRows rows() {
        return rows;
    }

    int capacity() {
        return capacity;
    }
}
