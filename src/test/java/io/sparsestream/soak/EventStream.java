package io.sparsestream.soak;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;

/** What an open page reads all the time, without a browser that draws it. */
final class EventStream implements AutoCloseable {
    private final HttpURLConnection connection;

    /** @param page address of the live page, with a slash at its end */
    EventStream(URI page) throws IOException {
        connection = (HttpURLConnection) page.resolve("live").toURL().openConnection();
        InputStream stream = connection.getInputStream();
        Thread reader = new Thread(() -> readToEnd(stream), "event-stream");
        reader.setDaemon(true);
        reader.start();
    }

    private static void readToEnd(InputStream stream) {
        try {
            stream.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            return; // the page was closed: that is how it ends
        }
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}
