package io.sparsestream.support;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A dataset of MNIST's first images, as files. */
public final class FirstImages {
    public static final Path MNIST = Path.of("data/mnist");

    private FirstImages() {}

    /** @param directory that is made; its name is the dataset's */
    public static void write(Path directory, int training, int test) throws IOException {
        Files.createDirectories(directory);
        write(directory.resolve("train"), Dataset.read(MNIST, Split.TRAIN), training);
        write(directory.resolve("t10k"), Dataset.read(MNIST, Split.TEST), test);
    }

    private static void write(Path prefix, Dataset dataset, int images) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(Files.newOutputStream(Path.of(prefix + "-images-idx3-ubyte")))) {
            for (int each : new int[] {0x803, images, 28, 28}) {
                out.writeInt(each);
            }
            for (byte[] image : dataset.images().subList(0, images)) {
                out.write(image);
            }
        }
        try (DataOutputStream out =
                new DataOutputStream(Files.newOutputStream(Path.of(prefix + "-labels-idx1-ubyte")))) {
            out.writeInt(0x801);
            out.writeInt(images);
            out.write(dataset.labels(), 0, images);
        }
    }
}
