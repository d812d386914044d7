package io.sparsestream.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The live page at an address as a person sees it first: what a window of a usual size shows. */
public final class PagePicture {
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 800;

    /** Files by colour scheme. */
    private static final Map<String, String> FILES = Map.of("light", "live-page.png", "dark", "live-page-dark.png");

    private PagePicture() {}

    /** Whether there is a browser to look with. */
    public static boolean isPossible() {
        return Browser.isInstalled();
    }

    /**
     * Writes {@code live-page.png} and {@code live-page-dark.png}.
     *
     * @param profiles a directory for the browser's own
     */
    public static void write(String url, Path directory, Path profiles) throws IOException, InterruptedException {
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            Path profile = Files.createDirectories(profiles.resolve(file.getKey()));
            try (Browser browser = new Browser(profile, WIDTH, HEIGHT, file.getKey())) {
                browser.open(url);
                browser.shown(directory.resolve(file.getValue()));
            }
        }
    }
}
