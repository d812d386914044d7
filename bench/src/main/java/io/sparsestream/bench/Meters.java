package io.sparsestream.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** What a process of the product tells of itself under {@code /metrics}. */
final class Meters {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long POLL_MILLIS = 20;

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpRequest request;

    /** @param page the address of the process's page */
    Meters(URI page) {
        request = HttpRequest.newBuilder(page.resolve("metrics")).build();
    }

    /** All of them at one moment. */
    Values read() throws IOException, InterruptedException {
        return new Values(client.send(request, BodyHandlers.ofString()).body());
    }

    /**
     * Waits for one to be above a value.
     *
     * @param process that tells it
     * @return what it is then
     * @throws IllegalStateException if the process ends before, or takes too long
     */
    double await(ProductProcess process, String name, double bound) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            process.requireAlive();
            double value = read().sum(name);
            if (value > bound) {
                return value;
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new IllegalStateException(
                "no " + name + " above " + bound + " within " + PATIENCE + ": " + String.join(" / ", process.lines()));
    }

    /** @param text in Prometheus' format */
    record Values(String text) {
        /** The sum over all labels; 0 as long as there is no such meter. */
        double sum(String name) {
            return text.lines()
                    .filter(line -> line.startsWith(name + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }
}
