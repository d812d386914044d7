package io.sparsestream.message;

/** Values that must be parsed; each is parsed once, though it is asked for its problem, numbers and label. */
final class ParsedValues implements Values {
    private final NumberReader reader;
    private final float[] numbers; // of the last value
    private byte[] last;
    private Reason problem; // its

    ParsedValues(NumberReader reader, int inputs) {
        this.reader = reader;
        numbers = new float[inputs];
    }

    @Override
    public Reason problem(byte[] value) {
        if (value != last) {
            last = value;
            problem = reader.read(value, numbers);
        }
        return problem;
    }

    @Override
    public byte[] numbers(byte[] value) {
        requireFit(value);
        return Dtype.FLOAT32.encode(numbers, 0, numbers.length);
    }

    @Override
    public String label(byte[] value) {
        requireFit(value);
        return reader.label();
    }

    private void requireFit(byte[] value) {
        if (problem(value) != null) {
            throw new IllegalArgumentException(problem.text());
        }
    }

    @Override
    public int count(byte[] value) {
        return reader.count(value);
    }
}
