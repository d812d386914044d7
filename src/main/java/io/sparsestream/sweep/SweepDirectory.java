package io.sparsestream.sweep;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a sweep keeps, so that it goes on after a kill: {@code sweep.json}, and the states of the running trials in files
 * whose names have the step. The JSON is replaced last and at once; states of another step are leftovers.
 */
final class SweepDirectory implements AutoCloseable {
    /**
     * What is to be done: only the same sweep is gone on with.
     *
     * @param topic of the images
     * @param architecture layer sizes
     * @param steps of a trial that is not stopped
     * @param halving whether losers are stopped early
     * @param trials settings, in the order of their ids
     * @param last newest records of the topic on which the trials are judged; null if that is a dataset in files
     * @param input what the records are; null where they are those of images
     */
    record Plan(
            String topic,
            List<Integer> architecture,
            long steps,
            boolean halving,
            List<Hyperparameters> trials,
            @JsonInclude(JsonInclude.Include.NON_NULL) Integer last,
            @JsonInclude(JsonInclude.Include.NON_NULL) Manifest.Input input) {}

    /**
     * Where the records stand on which the trials are judged.
     *
     * @param from offset of the first
     * @param end offset behind the last
     */
    record HeldBack(long from, long end) {}

    /**
     * How far it has come.
     *
     * @param step of the running trials
     * @param nextOffset of the first image that they have not been trained on; -1 before the first
     * @param topicId of the topic that was read; null before the first image, and in what an earlier version has written
     * @param heldBack where the records stand on which the trials are judged; null if that is a dataset in files
     */
    record Progress(
            Plan plan,
            long step,
            long nextOffset,
            String topicId,
            List<Trial> trials,
            @JsonInclude(JsonInclude.Include.NON_NULL) HeldBack heldBack) {}

    private final Path directory;
    private final FileChannel lock;

    /** @throws IOException if it cannot be written, or another sweep is running on it */
    SweepDirectory(Path directory) throws IOException {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
            lock = FileChannel.open(
                    directory.resolve("sweep.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("sweep directory " + directory + " cannot be written: choose another --dir", e);
        }
        FileLock taken;
        try {
            taken = lock.tryLock();
        } catch (OverlappingFileLockException e) {
            taken = null; // this very JVM has it
        }
        if (taken == null) {
            lock.close();
            throw new IOException("another sweep is running on " + directory + ": choose another --dir");
        }
    }

    /**
     * Where an earlier run has stopped, or the beginning.
     *
     * @throws IOException if the directory holds another sweep
     */
    Progress progress(Plan plan) throws IOException {
        Path file = directory.resolve("sweep.json");
        if (!Files.exists(file)) {
            List<Trial> trials = new ArrayList<>();
            for (Hyperparameters hyperparameters : plan.trials()) {
                trials.add(Trial.of(trials.size() + 1, hyperparameters));
            }
            return new Progress(plan, 0, -1, null, trials, null);
        }
        Progress found;
        try {
            found = Json.read(Files.readAllBytes(file), Progress.class);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is no sweep's: choose another --dir", e);
        }
        if (!plan.equals(found.plan())) {
            throw new IOException(directory + " holds another sweep: give the options that it was begun with, or"
                    + " choose another --dir");
        }
        return found;
    }

    /** Keeps all that is needed to go on from here. */
    void write(Progress progress, Map<Integer, Learner> running) throws IOException {
        for (Map.Entry<Integer, Learner> trial : running.entrySet()) {
            StateFile.write(stateFile(trial.getKey(), progress.step()), trial.getValue());
        }
        Path next = directory.resolve("sweep.json.next");
        Files.write(next, Json.write(progress));
        Files.move(
                next,
                directory.resolve("sweep.json"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        try (DirectoryStream<Path> states = Files.newDirectoryStream(directory, "*.state")) {
            for (Path state : states) {
                if (running.keySet().stream().noneMatch(id -> state.equals(stateFile(id, progress.step())))) {
                    Files.delete(state);
                }
            }
        }
    }

    void restore(int trial, long step, Learner learner) throws IOException {
        StateFile.read(stateFile(trial, step), learner);
    }

    private Path stateFile(int trial, long step) {
        return directory.resolve("trial-" + trial + "-step-" + step + ".state");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
