package io.sparsestream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MeterGroupTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final MeterGroup group = MeterGroup.of(registry, "digits");

    @Nested
    class Registering {
        @Test
        void everyMeterHasTheGroupsTagsAndItsOwn() {
            group.counter("sparsestream.a", "A counter");
            group.counter("sparsestream.b", "A counter", Tags.of("q", "1"));
            group.gauge("sparsestream.c", "A gauge", Tags.of("q", "1"), () -> 2);
            group.replica(3).timer("sparsestream.d", "A timer", 5, 10);

            assertThat(registry.get("sparsestream.a").counter().getId().getTags())
                    .containsExactlyElementsOf(Tags.of("model", "digits"));
            assertThat(registry.get("sparsestream.b").counter().getId().getTags())
                    .containsExactlyElementsOf(Tags.of("model", "digits", "q", "1"));
            assertThat(registry.get("sparsestream.c").gauge().getId().getTags())
                    .containsExactlyElementsOf(Tags.of("model", "digits", "q", "1"));
            assertThat(registry.get("sparsestream.c").gauge().value()).isEqualTo(2);
            assertThat(registry.get("sparsestream.d").timer().getId().getTags())
                    .containsExactlyElementsOf(Tags.of("model", "digits", "replica", "3"));
        }

        @Test
        void aTimersBoundsAreMilliseconds() {
            assertThat(group.timer("sparsestream.a", "A timer", 5, 2000)
                            .takeSnapshot()
                            .histogramCounts())
                    .extracting(bucket -> bucket.bucket(TimeUnit.MILLISECONDS))
                    .containsExactly(5.0, 2000.0);
        }

        @Test
        void aUnitThatTheNameEndsWithIsKnownAndChangesNoName() {
            PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            assertThat(MeterGroup.of(prometheus, "digits")
                            .counter("sparsestream.round.bytes", "bytes", "A counter")
                            .getId()
                            .getBaseUnit())
                    .isEqualTo("bytes");
            assertThat(prometheus.scrape()).contains("sparsestream_round_bytes_total{model=\"digits\"} 0.0");
        }
    }

    @Nested
    class Closing {
        @Test
        void removesAllOfTheGroupAndNothingElse() {
            MeterGroup replica = group.replica(0);
            MeterGroup another = group.replica(1);
            for (MeterGroup each : new MeterGroup[] {group, replica, another}) {
                each.counter("sparsestream.a", "A counter");
                each.timer("sparsestream.b", "A timer", 5);
                each.gauge("sparsestream.c", "A gauge", () -> 1);
            }
            replica.close();

            assertThat(registry.find("sparsestream.a").meters()).hasSize(2);
            assertThat(registry.find("sparsestream.b").meters()).hasSize(2);
            assertThat(registry.find("sparsestream.c").meters()).hasSize(2);
            assertThat(registry.find("sparsestream.a").tag("replica", "0").meters())
                    .isEmpty();
            group.close();
            another.close();
            assertThat(registry.getMeters()).isEmpty();
        }

        /** The training thread registers what it learns of first, the stream thread what it is answered first. */
        @Test
        void removesWhatTwoThreadsHaveRegisteredAtTheSameTime() throws Exception {
            int half = 20_000;
            MeterGroup before = MeterGroup.of(registry, "digits");
            register(before, 0, 2 * half); // to register what exists is quick: the threads meet more often
            CyclicBarrier start = new CyclicBarrier(2);
            FutureTask<Void> other = new FutureTask<>(() -> {
                start.await();
                register(group, 0, half);
                return null;
            });
            new Thread(other, "other").start();
            start.await();
            register(group, half, 2 * half);
            other.get();
            group.close();

            assertThat(registry.getMeters()).isEmpty();
        }

        private void register(MeterGroup to, int from, int until) {
            for (int i = from; i < until; i++) {
                to.counter("sparsestream.a", "A counter", Tags.of("q", Integer.toString(i)));
            }
        }

        @Test
        void whatIsRegisteredAfterwardsIsNew() {
            group.counter("sparsestream.a", "A counter").increment();
            group.close();
            group.counter("sparsestream.a", "A counter");

            assertThat(registry.get("sparsestream.a").counter().count()).isZero();
            group.close();
            assertThat(registry.getMeters()).isEmpty();
        }
    }
}
