package io.sparsestream.learn;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * For every unit of the hidden layers the {@value #KEPT} images that have activated it most, of the present window of the
 * stream and the one before: between one and two windows of the averages of late. What an image did to a unit longer ago
 * belongs to another state of the model, and is forgotten with its window. Of equal activations the earlier image's counts as
 * the stronger; one of 0 counts for nothing.
 *
 * <p>Windows are counted in images trained on, so the same images lead to the same entries, and {@link #write} has all that
 * they depend on. Not thread-safe.
 */
public final class TopImages {
    /** Images of each unit. */
    public static final int KEPT = 9;

    private static final Comparator<Entry> STRONGEST_FIRST =
            Comparator.comparingDouble(Entry::activation).reversed();

    private final int window; // images
    private final Window[] present; // by hidden layer
    private final Window[] past;
    private SeenImage[] ofBatch = {}; // made when the first unit takes it
    private long number; // of the present window

    /** How much an image has activated a unit. */
    public record Entry(float activation, SeenImage image) {}

    /** @param window images of a window; mini-batches are not torn */
    public TopImages(Architecture architecture, int window) {
        this.window = window;
        present = new Window[architecture.hiddenLayers()];
        past = new Window[architecture.hiddenLayers()];
        for (int layer = 0; layer < present.length; layer++) {
            present[layer] = new Window(architecture.hiddenUnits(layer));
            past[layer] = new Window(architecture.hiddenUnits(layer));
        }
    }

    /**
     * Takes in the images of a training step.
     *
     * @param before images trained on before these
     * @param image what tells the image of that row apart; asked for those alone that a unit takes
     */
    public void add(ForwardPass forward, long before, IntFunction<SeenImage> image) {
        turnTo(before / window);
        if (ofBatch.length < forward.images()) {
            ofBatch = new SeenImage[forward.images()];
        }
        Arrays.fill(ofBatch, null);
        for (int layer = 0; layer < present.length; layer++) {
            add(present[layer], forward.activations()[layer], forward.images(), image);
        }
    }

    private void add(Window top, float[] activations, int images, IntFunction<SeenImage> image) {
        float[] least = top.least;
        int units = least.length;
        for (int i = 0; i < images; i++) {
            int row = i * units;
            for (int j = 0; j < units; j++) {
                if (activations[row + j] > least[j]) {
                    if (ofBatch[i] == null) {
                        ofBatch[i] = image.apply(i);
                    }
                    top.add(j, activations[row + j], ofBatch[i]);
                }
            }
        }
    }

    /** Windows follow one another unless the learner was set back. */
    private void turnTo(long next) {
        if (next == number) {
            return;
        }
        for (int layer = 0; layer < present.length; layer++) {
            Window old = past[layer];
            past[layer] = present[layer];
            present[layer] = old;
            old.clear();
            if (next != number + 1) {
                past[layer].clear();
            }
        }
        number = next;
    }

    /** Forgets all images. */
    public void clear() {
        for (int layer = 0; layer < present.length; layer++) {
            present[layer].clear();
            past[layer].clear();
        }
        number = 0;
    }

    /** At most {@value #KEPT} images of a unit, the strongest first. */
    public List<Entry> of(int layer, int unit) {
        List<Entry> entries = new ArrayList<>(2 * KEPT);
        past[layer].addTo(entries, unit);
        present[layer].addTo(entries, unit);
        entries.sort(STRONGEST_FIRST); // which leaves equal ones in their order
        return List.copyOf(entries.subList(0, Math.min(KEPT, entries.size())));
    }

    /** Labels of the images of all units, in their order as text. */
    public SortedSet<String> labels() {
        SortedSet<String> labels = new TreeSet<>();
        for (int layer = 0; layer < present.length; layer++) {
            past[layer].addLabels(labels);
            present[layer].addLabels(labels);
        }
        return labels;
    }

    /** All that later entries depend on, for {@link #read}. */
    public byte[] write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(number);
            for (int layer = 0; layer < present.length; layer++) {
                past[layer].write(out);
                present[layer].write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Becomes what was written.
     *
     * @throws IllegalArgumentException if that is of another architecture, or nothing that {@link #write} makes
     */
    public void read(byte[] written) {
        clear();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(written))) {
            number = in.readLong();
            for (int layer = 0; layer < present.length; layer++) {
                past[layer].read(in);
                present[layer].read(in);
            }
            if (in.read() >= 0) {
                throw new IOException("there is more than their entries");
            }
        } catch (EOFException e) {
            throw new IllegalArgumentException("not the top images of such a model: they are truncated", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("not the top images of such a model: " + e.getMessage(), e);
        }
    }

    /** The entries of one layer in one window. */
    private static final class Window {
        final float[] least; // [units] that an activation has to exceed: 0 as long as there is a place left
        private final float[] activations; // [units × KEPT], those of each unit in descending order, 0 behind the last
        private final SeenImage[] images;

        Window(int units) {
            least = new float[units];
            activations = new float[units * KEPT];
            images = new SeenImage[units * KEPT];
        }

        void clear() {
            Arrays.fill(least, 0);
            Arrays.fill(activations, 0);
            Arrays.fill(images, null);
        }

        /** @param activation above the least */
        void add(int unit, float activation, SeenImage image) {
            int first = unit * KEPT;
            int place = first + KEPT - 1;
            for (; place > first && activations[place - 1] < activation; place--) {
                activations[place] = activations[place - 1];
                images[place] = images[place - 1];
            }
            activations[place] = activation;
            images[place] = image;
            least[unit] = activations[first + KEPT - 1];
        }

        void addTo(List<Entry> entries, int unit) {
            for (int place = unit * KEPT; place < (unit + 1) * KEPT && activations[place] > 0; place++) {
                entries.add(new Entry(activations[place], images[place]));
            }
        }

        void addLabels(Set<String> labels) {
            for (SeenImage image : images) {
                if (image != null) {
                    labels.add(image.label());
                }
            }
        }

        void write(DataOutputStream out) throws IOException {
            out.writeInt(least.length);
            for (int unit = 0; unit < least.length; unit++) {
                List<Entry> entries = new ArrayList<>(KEPT);
                addTo(entries, unit);
                out.writeByte(entries.size());
                for (Entry entry : entries) {
                    out.writeFloat(entry.activation);
                    out.writeLong(entry.image.offset());
                    out.writeUTF(entry.image.key());
                    out.writeUTF(entry.image.label());
                }
            }
        }

        void read(DataInputStream in) throws IOException {
            if (in.readInt() != least.length) {
                throw new IOException("it has another number of units");
            }
            for (int unit = 0; unit < least.length; unit++) {
                int count = in.readByte();
                if (count < 0 || count > KEPT) {
                    throw new IOException("unit " + unit + " has " + count + " of at most " + KEPT);
                }
                float above = Float.POSITIVE_INFINITY;
                for (int i = 0; i < count; i++) {
                    float activation = in.readFloat();
                    if (!(activation > 0 && activation <= above)) {
                        throw new IOException("the activations of unit " + unit + " are not in their order");
                    }
                    above = activation;
                    add(unit, activation, new SeenImage(in.readLong(), in.readUTF(), in.readUTF()));
                }
            }
        }
    }
}
