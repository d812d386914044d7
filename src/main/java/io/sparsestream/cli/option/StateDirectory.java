package io.sparsestream.cli.option;

import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.topic.BrokerQuestion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * A trainer's directory, which identifies the trainer in its consumer group: two that have the same one would drive each
 * other out of it.
 */
public final class StateDirectory implements AutoCloseable {
    /** Longer than Kafka takes a trainer that was killed for a living one. */
    private static final long GHOST_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final int POLL_MILLIS = 500;

    private final FileChannel lock;

    private StateDirectory(FileChannel lock) {
        this.lock = lock;
    }

    /**
     * Takes it, until it is closed or the process ends.
     *
     * @param application the id of the Kafka Streams application, such as {@code sparsestream-sparse}
     * @throws CommandException if it cannot be written, if another process has it, or if it is a copy of that of a trainer
     *     that is running
     */
    public static StateDirectory take(Path directory, String application, Map<String, Object> kafka)
            throws ExecutionException, InterruptedException {
        try {
            Files.createDirectories(directory);
            Path state = directory.resolve(application);
            if (Files.exists(state) && !Files.isWritable(state)) {
                throw new IOException(state + " is " + Files.getOwner(state).getName() + "'s");
            }
            FileChannel channel = FileChannel.open(
                    directory.resolve(application + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isFree(channel)) {
                channel.close();
                throw new CommandException("another " + application + " is running on state directory " + directory
                        + ": stop it, or give this one a --state-dir of its own");
            }
            StateDirectory taken = new StateDirectory(channel);
            taken.requireNoCopy(directory, application, kafka);
            return taken;
        } catch (IOException e) {
            throw new CommandException(
                    "state directory " + directory + " cannot be used ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "): choose another with --state-dir",
                    e);
        }
    }

    private static boolean isFree(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // this very process has it
        }
    }

    /** A directory that is not where it was has been moved, or is a copy: then its original may be running. */
    private void requireNoCopy(Path directory, String application, Map<String, Object> kafka)
            throws IOException, ExecutionException, InterruptedException {
        Path file = directory.resolve(application + ".place");
        String place = place(directory);
        Path instance = directory.resolve(application + ".instance");
        if (Files.exists(file)
                && Files.exists(instance)
                && !Files.readString(file).equals(place)) {
            String id = Files.readString(instance).strip();
            long end = System.nanoTime() + GHOST_NANOS;
            Optional<String> host = host(kafka, application, id);
            while (host.isPresent()) {
                if (System.nanoTime() > end) {
                    close();
                    throw new CommandException("state directory " + directory + " is a copy of that of a trainer which"
                            + " is running on " + host.get() + ": give this one a --state-dir of its own");
                }
                Thread.sleep(POLL_MILLIS);
                host = host(kafka, application, id);
            }
        }
        Files.writeString(file, place);
    }

    private static String place(Path directory) throws IOException {
        Path real = directory.toRealPath();
        return real + " "
                + Files.readAttributes(real, BasicFileAttributes.class).fileKey();
    }

    /** Where the group's member of that identity runs. */
    private static Optional<String> host(Map<String, Object> kafka, String group, String instance)
            throws ExecutionException, InterruptedException {
        try {
            return BrokerQuestion.ask(
                    kafka,
                    admin ->
                            admin
                                    .describeConsumerGroups(List.of(group))
                                    .describedGroups()
                                    .get(group)
                                    .get()
                                    .members()
                                    .stream()
                                    .filter(member ->
                                            member.groupInstanceId().orElse("").startsWith(instance))
                                    .map(MemberDescription::host)
                                    .findFirst());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
