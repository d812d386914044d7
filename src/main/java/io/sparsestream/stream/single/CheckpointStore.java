package io.sparsestream.stream.single;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.TopImages;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.Chunks;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.Keep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The checkpoints of one model. The arrays and the manifest of each have its number before their key,
 * {@code 17/w_e_1/0}; the newest one's manifest has the key {@code manifest} as well. Before there were several, the
 * arrays of the only one had no number.
 */
final class CheckpointStore {
    private static final String TOP = "top";

    private final KeyValueStore<String, byte[]> store;
    private final Keep keep;
    private final InputFormat input;
    private final TopImages top; // of the learner's units, which goes along with it
    private Manifest newest; // null before the first

    CheckpointStore(KeyValueStore<String, byte[]> store, Keep keep, InputFormat input, TopImages top) {
        this.store = store;
        this.keep = keep;
        this.input = input;
        this.top = top;
        byte[] json = store.get(Checkpoint.MANIFEST);
        newest = json == null ? null : Json.read(json, Manifest.class);
    }

    Optional<Manifest> newest() {
        return Optional.ofNullable(newest);
    }

    /**
     * Copies the newest checkpoint into a new learner.
     *
     * @param roundArrays the arrays that it has besides the learner's
     * @throws ModelException if that was not started as the checkpoint's model was
     */
    void restore(Learner learner, Map<String, float[]> roundArrays) {
        Checkpoint.requireStartedAlike(newest, learner, input);
        List<Manifest.Kept> kept = newest.steering().kept();
        restore(newest, kept.isEmpty() ? "" : prefix(kept.get(kept.size() - 1).number()), learner, roundArrays);
    }

    /**
     * Copies a kept checkpoint into the learner, of several with that step the newest.
     *
     * @throws IllegalArgumentException naming those that are kept if there is none
     */
    void restore(long step, Learner learner) {
        List<Manifest.Kept> kept =
                newest == null ? List.of() : newest.steering().kept();
        String prefix = kept.stream()
                .filter(each -> each.step() == step)
                .max(Comparator.comparingLong(Manifest.Kept::number))
                .map(each -> prefix(each.number()))
                .orElseThrow(() -> new IllegalArgumentException("no checkpoint of step " + step
                        + " is kept, but those of "
                        + kept.stream().map(Manifest.Kept::step).distinct().toList()));
        restore(manifest(prefix), prefix, learner, Map.of());
    }

    private void restore(Manifest manifest, String prefix, Learner learner, Map<String, float[]> roundArrays) {
        Checkpoint.restore(manifest, learner, roundArrays, key -> store.get(prefix + key));
        // Earlier versions did not have it.
        Checkpoint.bytes(manifest, TOP, key -> store.get(prefix + key)).ifPresentOrElse(top::read, top::clear);
    }

    /**
     * Stores a checkpoint, and drops those that are not to be kept any more.
     *
     * @param snapshot whose steering does not yet say which checkpoints are kept
     * @param learned whether it holds something else than the newest checkpoint; if not, only its manifest changes
     * @return what its manifest says of steering
     */
    Manifest.Steering write(Checkpoint.Snapshot snapshot, boolean learned) {
        List<Manifest.Kept> before =
                newest == null ? List.of() : newest.steering().kept();
        long last = before.isEmpty() ? 0 : before.get(before.size() - 1).number();
        boolean another = learned || last == 0;
        List<Manifest.Kept> kept = new ArrayList<>(before);
        if (another) {
            kept.add(new Manifest.Kept(last + 1, snapshot.learner().state().step()));
        }
        List<Manifest.Kept> old = List.copyOf(kept.subList(0, Math.max(0, kept.size() - keep.last())));
        List<Manifest.Kept> dropped =
                old.stream().filter(each -> !keep.isForGood(each.number())).toList();
        kept.removeAll(dropped);
        String prefix = prefix(another ? last + 1 : last);
        Manifest previous = newest;
        Manifest.Steering steering = snapshot.steering();
        newest = Checkpoint.store(
                snapshot.with(new Manifest.Steering(steering.started(), steering.paused(), steering.pausedBy(), kept))
                        .with(Map.of(TOP, top.write())),
                (key, value) -> {
                    boolean manifest = key.equals(Checkpoint.MANIFEST);
                    // An earlier version's checkpoint may lack an array that this manifest names.
                    if (another || manifest || store.get(prefix + key) == null) {
                        store.put(prefix + key, value);
                    }
                    if (manifest) {
                        store.put(key, value);
                    }
                });
        if (previous != null && last == 0) {
            drop(previous, "");
        }
        for (Manifest.Kept each : dropped) {
            drop(manifest(prefix(each.number())), prefix(each.number()));
            store.delete(prefix(each.number()) + Checkpoint.MANIFEST);
        }
        return newest.steering();
    }

    private void drop(Manifest manifest, String prefix) {
        manifest.tensors().forEach(tensor -> Chunks.keys(tensor).forEach(key -> store.delete(prefix + key)));
    }

    private Manifest manifest(String prefix) {
        return Json.read(store.get(prefix + Checkpoint.MANIFEST), Manifest.class);
    }

    private static String prefix(long number) {
        return number + "/";
    }
}
