package io.sparsestream.message;

import io.sparsestream.learn.MiniBatch;
import java.util.Arrays;
import java.util.List;

/** Takes what is read of an Avro record: its numbers and its label. */
final class AvroNumbers {
    private final List<String> fields;
    private final boolean mayMiss;
    private final int inputs;
    private final RecurringText labels = new RecurringText();
    private float[] into = {};
    private String label = MiniBatch.UNLABELLED;

    AvroNumbers(InputFormat format, int inputs) {
        fields = format.fields();
        mayMiss = format.missing() == InputFormat.Missing.MEAN;
        this.inputs = inputs;
    }

    /** How many it takes. */
    int inputs() {
        return inputs;
    }

    /** What an input is called in a reason. */
    String place(int input) {
        return "field " + fields.get(input);
    }

    void begin(float[] numbers) {
        into = numbers;
        label = MiniBatch.UNLABELLED;
        Arrays.fill(into, Float.NaN);
    }

    /** @throws Misfit if it is no finite float32, and no NaN where a number may be missing */
    void number(int input, double number, String place) throws Misfit {
        float value = (float) number;
        if (!Float.isFinite(value) && !(mayMiss && Float.isNaN(value))) {
            throw new Misfit(
                    Reason.Kind.NOT_FINITE,
                    place + " is " + (Float.isNaN(value) ? "NaN" : "infinite or too large for float32"));
        }
        into[input] = value;
    }

    /** @throws Misfit if a number may not be missing */
    void missing(String place) throws Misfit {
        if (!mayMiss) {
            throw new Misfit(Reason.Kind.MISSING, place + " is null");
        }
    }

    void label(byte[] utf8) {
        label = labels.decode(utf8);
    }

    void label(String text) {
        label = text;
    }

    /** Of the record that was read, or {@link MiniBatch#UNLABELLED}. */
    String label() {
        return label;
    }

    /** @throws Misfit if a field was not there and may not be missing */
    void requireAll() throws Misfit {
        for (int i = 0; i < into.length && !mayMiss; i++) {
            if (Float.isNaN(into[i])) {
                throw new Misfit(Reason.Kind.MISSING, place(i) + " is missing");
            }
        }
    }
}
