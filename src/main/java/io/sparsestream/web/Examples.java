package io.sparsestream.web;

import io.sparsestream.learn.Labels;
import io.sparsestream.learn.MiniBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A few records, the same for all models of the page: what they make of these can be compared, from model to model and from
 * step to step. They are the first with labels that differ, filled up with others: of records that were held out, if there are
 * any, else of the stream. Thread-safe.
 */
final class Examples {
    /** Records that are chosen, unless there are fewer. */
    static final int COUNT = 10;

    /** Among so many records nearly every stream has one of each digit. */
    private static final int LOOKED_AT = 120;

    private final List<Record> distinct = new ArrayList<>();
    private final List<Record> others = new ArrayList<>();
    private final Set<String> labels = new HashSet<>();
    private Object source; // which alone chooses: several models read the same records
    private int looked;
    private volatile Optional<Chosen> chosen = Optional.empty();

    @SuppressWarnings("JavaLangClash") // the word of the page
    private record Record(String label, float[] values) {}

    /**
     * What was chosen.
     *
     * @param inputs of a record
     * @param labels of the records [n], empty where unknown
     * @param values in the inputs' own units [n × inputs]
     * @param heldOut whether no model is trained on them
     */
    record Chosen(int inputs, String[] labels, float[] values, boolean heldOut) {
        int count() {
            return labels.length;
        }

        /** As a mini-batch that is full. */
        MiniBatch batch() {
            MiniBatch batch = new MiniBatch(count(), inputs);
            for (int i = 0; i < count(); i++) {
                batch.add(values, i * inputs, labels[i]);
            }
            return batch;
        }
    }

    /**
     * Shows records to choose from.
     *
     * @param from who shows them: the first who does is listened to
     */
    void offer(Object from, MiniBatch batch, int inputs) {
        if (chosen.isPresent()) {
            return;
        }
        synchronized (this) {
            source = source == null ? from : source;
            if (source != from || chosen.isPresent()) {
                return;
            }
            look(batch, inputs);
            boolean unlabelled = labels.isEmpty() && others.size() == COUNT;
            if (distinct.size() == COUNT || looked >= LOOKED_AT || unlabelled) {
                choose(inputs, false);
            }
        }
    }

    /** Chooses from records that no model is trained on, before any is shown of the stream. */
    synchronized void holdOut(MiniBatch records, int inputs) {
        look(records, inputs);
        choose(inputs, true);
    }

    private void look(MiniBatch batch, int inputs) {
        for (int i = 0; i < batch.size() && distinct.size() < COUNT; i++) {
            look(batch, i, inputs);
        }
    }

    private void look(MiniBatch batch, int record, int inputs) {
        looked++;
        String label = batch.labels()[record];
        boolean isNew = !label.equals(MiniBatch.UNLABELLED) && !labels.contains(label);
        if (isNew || others.size() < COUNT) {
            labels.addAll(isNew ? Set.of(label) : Set.of());
            (isNew ? distinct : others)
                    .add(new Record(label, Arrays.copyOfRange(batch.images(), record * inputs, (record + 1) * inputs)));
        }
    }

    private void choose(int inputs, boolean heldOut) {
        List<Record> all = Stream.concat(distinct.stream(), others.stream())
                .limit(COUNT)
                .sorted(Comparator.comparing(Record::label, Labels.ORDER))
                .toList();
        float[] values = new float[all.size() * inputs];
        for (int i = 0; i < all.size(); i++) {
            System.arraycopy(all.get(i).values(), 0, values, i * inputs, inputs);
        }
        chosen = Optional.of(
                new Chosen(inputs, all.stream().map(Record::label).toArray(String[]::new), values, heldOut));
        distinct.clear();
        others.clear();
    }

    /** Empty while too few records have come. */
    Optional<Chosen> chosen() {
        return chosen;
    }
}
