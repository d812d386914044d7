package io.sparsestream.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** What a process of the product tells of itself under {@code /metrics}. */
final class Meters {
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
