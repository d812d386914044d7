package io.sparsestream.bench;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A contender in a process of its own: for every line with a number of steps it makes them and answers how long. */
final class Worker {
    /** Begins the lines that are answers, since libraries print things too. */
    static final String ANSWER = "worker: ";

    private Worker() {}

    /** @param args name, width, batch, directory of the dataset, and the kind, which may be missing as in earlier versions */
    public static void main(String[] args) throws IOException {
        Size.Kind kind = args.length > 4 ? Size.Kind.valueOf(args[4]) : Size.Kind.DIGITS;
        Size size = new Size(kind, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        Feed feed = kind.isRandom()
                ? Feed.random(kind.inputs())
                : new Feed(Dataset.read(Path.of(args[3]), Split.TRAIN).images());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Contender contender = Contender.of(args[0], size, feed)) {
            System.out.println(ANSWER + "ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int steps = Integer.parseInt(line);
                long start = System.nanoTime();
                contender.train(steps);
                long nanos = System.nanoTime() - start;
                System.out.println(ANSWER + nanos + " " + contender.loss());
            }
        }
    }
}
