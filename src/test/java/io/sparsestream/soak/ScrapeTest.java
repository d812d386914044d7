package io.sparsestream.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScrapeTest {
    private static final Scrape SCRAPE = new Scrape("""
            # HELP sparsestream_steps_total Training steps made by this process
            # TYPE sparsestream_steps_total counter
            sparsestream_steps_total{model="shared",replica="0"} 120.0
            sparsestream_steps_total{model="shared",replica="1"} 1.2E2
            sparsestream_rounds_total{model="shared"} 3.0
            process_uptime_seconds 12.5
            jvm_gc_pause_seconds_count{cause="Ergonomics"} 1
            """);

    @Test
    void countsAllMetersButThoseOfCollections() {
        assertThat(SCRAPE.meters()).isEqualTo(4);
    }

    @Test
    void findsTheSeriesOfAName() {
        assertThat(SCRAPE.sum("sparsestream_steps_total")).isEqualTo(240);
        assertThat(SCRAPE.sum("process_uptime_seconds")).isEqualTo(12.5);
        assertThat(SCRAPE.sum("sparsestream_images_total")).isZero();
        assertThat(SCRAPE.count("sparsestream_steps_total")).isEqualTo(2);
        assertThat(SCRAPE.count("sparsestream_rounds")).isZero();
    }
}
