package io.sparsestream.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.learn.Anomalies;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LiveMeasures;
import io.sparsestream.learn.Losses;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.RunningAverage;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.learn.Schedule;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.Reason;
import io.sparsestream.stream.Round;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.support.LogLines;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TrainingMetricsTest {
    private static final Architecture SMALL = Architecture.of(12, 7, 4, 7, 12);
    private static final Hyperparameters CHOSEN = new Hyperparameters(
            5,
            0.02,
            0.8,
            0.99,
            1e-7,
            0.01,
            List.of(0.05),
            0.03,
            7,
            1000,
            Schedule.CONSTANT,
            null,
            null,
            0,
            null,
            false);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final TrainingListener metrics = new TrainingMetrics(registry, "digits").single();
    private final Learner learner = new MeasuredLearner(new Autoencoder(SMALL, CHOSEN, new OpenBlas()), new OpenBlas());
    private final Random random = new Random(3);

    @Nested
    class Names {
        @Test
        void registersTheContractAndNothingElse() {
            step();

            Map<String, TreeSet<String>> found = registry.getMeters().stream()
                    .map(Meter::getId)
                    // a histogram's buckets, which this registry shows as gauges
                    .filter(id -> !id.getName().endsWith(".histogram"))
                    .collect(Collectors.groupingBy(
                            Meter.Id::getName,
                            Collectors.flatMapping(
                                    id -> id.getTags().stream().map(Tag::getKey),
                                    Collectors.toCollection(TreeSet::new))));

            assertThat(found)
                    .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                            tagged("images"),
                            tagged("steps"),
                            tagged("dead.letters", "reason"),
                            tagged("anomaly.score"),
                            tagged("anomalies"),
                            tagged("step"),
                            tagged("end.to.end"),
                            tagged("checkpoint"),
                            tagged("restore"),
                            tagged("replay.records"),
                            tagged("gap.skipped"),
                            tagged("drifts"),
                            tagged("control", "command"),
                            tagged("loss", "term"),
                            tagged("loss.label", "label"),
                            tagged("activation.mean", "layer", "window"),
                            tagged("activation.target"),
                            tagged("units.dead", "layer"),
                            tagged("units.saturated", "layer"),
                            tagged("activation.quantile", "layer", "q"),
                            tagged("hyperparameter", "name"),
                            tagged("weight.norm", "tensor"),
                            tagged("active.units", "layer"),
                            tagged("unit.density.quantile", "layer", "q"),
                            tagged("sparseness", "layer", "kind"),
                            tagged("selectivity", "layer"),
                            tagged("probe.accuracy", "layer"),
                            tagged("explained.variance"),
                            tagged("units.revived")));
            assertThat(registry.getMeters())
                    .allSatisfy(
                            meter -> assertThat(meter.getId().getTag("model")).isEqualTo("digits"));
            assertThat(values("sparsestream.activation.quantile", "q"))
                    .containsExactly("0.05", "0.25", "0.5", "0.75", "0.95");
            assertThat(values("sparsestream.activation.quantile", "layer")).containsExactly("h_e_1", "h_e_2");
            assertThat(values("sparsestream.weight.norm", "tensor"))
                    .containsExactly("w_d_1", "w_d_2", "w_e_1", "w_e_2");
        }

        @Test
        void nothingIsRegisteredBeforeItIsKnownWhoTrains() {
            MeterRegistry empty = new SimpleMeterRegistry();
            new TrainingMetrics(empty, "digits").onEnd();
            assertThat(empty.getMeters()).isEmpty();
        }

        @Test
        void prometheusSpellsTheNamesAndShowsHistograms() {
            PrometheusMeterRegistry prometheus = Meters.create();
            TrainingListener shown = new TrainingMetrics(prometheus, "digits").single();
            shown.onStep(learner.train(batch()), learner, 3_000_000);
            shown.onReconstruction(20);

            assertThat(prometheus.scrape())
                    .contains(
                            "sparsestream_images_total{model=\"digits\"} 5.0",
                            "sparsestream_steps_total{model=\"digits\"} 1.0",
                            "sparsestream_dead_letters_total{model=\"digits\",reason=\"not a number\"} 0.0",
                            "sparsestream_step_seconds_bucket{model=\"digits\",le=\"0.003\"} 1",
                            "sparsestream_end_to_end_seconds_bucket{model=\"digits\",le=\"0.01\"} 0",
                            "sparsestream_end_to_end_seconds_bucket{model=\"digits\",le=\"0.025\"} 1",
                            "sparsestream_loss{model=\"digits\",term=\"kl\"}",
                            "sparsestream_activation_mean{layer=\"h_e_1\",model=\"digits\",window=\"recent\"}",
                            "sparsestream_activation_target{model=\"digits\"} 0.03",
                            "sparsestream_units_dead{layer=\"h_e_2\",model=\"digits\"}",
                            "sparsestream_units_saturated{layer=\"h_e_2\",model=\"digits\"}",
                            "sparsestream_activation_quantile{layer=\"h_e_1\",model=\"digits\",q=\"0.05\"}",
                            "sparsestream_hyperparameter{model=\"digits\",name=\"learning-rate\"} 0.02",
                            "sparsestream_weight_norm{model=\"digits\",tensor=\"w_e_1\"}");
        }

        private TreeSet<String> values(String name, String tag) {
            return registry.get(name).meters().stream()
                    .map(meter -> meter.getId().getTag(tag))
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        private static Map.Entry<String, TreeSet<String>> tagged(String name, String... tags) {
            TreeSet<String> all = new TreeSet<>(Arrays.asList(tags));
            all.add("model");
            return Map.entry("sparsestream." + name, all);
        }
    }

    @Nested
    class Progress {
        @Test
        void beforeTheFirstStepTheLossIsUnknownAndTheCountsAreZero() {
            assertThat(gauge("loss", "term", "total")).isNaN();
            assertThat(registry.get("sparsestream.steps").counter().count()).isZero();
        }

        @Test
        void countsStepsImagesDeadLettersAndTime() {
            step();
            step();
            metrics.onDeadLetter(new Reason(Reason.Kind.SHAPE, "shape '2' is not of 4 numbers"));
            metrics.onReconstruction(250);
            metrics.onReconstruction(-3);

            assertThat(registry.get("sparsestream.steps").counter().count()).isEqualTo(2);
            assertThat(registry.get("sparsestream.images").counter().count()).isEqualTo(10);
            assertThat(registry.get("sparsestream.dead.letters").counters())
                    .hasSize(Reason.Kind.values().length)
                    .allSatisfy(counter -> assertThat(counter.count())
                            .isEqualTo(counter.getId().getTag("reason").equals("shape") ? 1 : 0));
            assertThat(registry.get("sparsestream.step").timer().count()).isEqualTo(2);
            assertThat(registry.get("sparsestream.step").timer().totalTime(TimeUnit.MILLISECONDS))
                    .isEqualTo(6);
            assertThat(registry.get("sparsestream.end.to.end").timer().count()).isEqualTo(2);
            assertThat(registry.get("sparsestream.end.to.end").timer().totalTime(TimeUnit.MILLISECONDS))
                    .isEqualTo(250);
        }

        @Test
        void showsHowUnlikeTheOthersTheFirstRecordsOfAMiniBatchAre() {
            StepResult made = learner.train(batch());
            ForwardPass forward = made.forward();
            double[] deviation = new double[17];
            Arrays.fill(deviation, -2);
            deviation[0] = 3.5;
            deviation[2] = 0.25;
            deviation[1] = Double.NaN; // not known
            deviation[16] = 100; // not looked at
            KeyedMetrics.of(registry, "digits")
                    .onStep(
                            new StepResult(
                                    0,
                                    made.batch(),
                                    made.losses(),
                                    new ForwardPass(
                                            17,
                                            forward.reconstructions(),
                                            new double[17],
                                            forward.activations(),
                                            forward.meanActivations(),
                                            forward.factors(),
                                            new Anomalies(deviation, new double[17]))),
                            learner,
                            1);

            DistributionSummary scores =
                    registry.get("sparsestream.anomaly.score").summary();
            assertThat(scores.count()).isEqualTo(15);
            assertThat(scores.totalAmount()).isEqualTo(3.75);
            assertThat(scores.takeSnapshot().histogramCounts())
                    .extracting(bucket -> bucket.bucket() + " " + bucket.count())
                    .startsWith("1.0 14.0", "2.0 14.0", "3.0 14.0", "4.0 15.0", "5.0 15.0");
        }

        @Test
        void countsTheAnomaliesThatAreTold() {
            assertThat(registry.get("sparsestream.anomalies").counter().count()).isZero();
            metrics.onAnomaly(null, 1);
            assertThat(registry.get("sparsestream.anomalies").counter().count()).isEqualTo(1);
        }

        @Test
        void countsWhatARestartReadsAgainAndCheckpoints() {
            metrics.onReplay(60, 100);
            metrics.onReplay(100, 100);
            metrics.onResume(learner, 3_000_000);
            metrics.onReplay(5, 5); // the task has been started a second time
            metrics.onSkip(7);
            metrics.onCheckpoint(1, 2_000_000);

            assertThat(registry.get("sparsestream.replay.records").counter().count())
                    .isEqualTo(105);
            assertThat(registry.get("sparsestream.gap.skipped").counter().count())
                    .isEqualTo(7);
            assertThat(registry.get("sparsestream.restore").timer().totalTime(TimeUnit.MILLISECONDS))
                    .isEqualTo(3);
            assertThat(registry.get("sparsestream.checkpoint").timer().totalTime(TimeUnit.MILLISECONDS))
                    .isEqualTo(2);
        }

        @Test
        void showsTheLossesOfTheLastStep() {
            step();
            StepResult last = step();

            assertThat(gauge("loss", "term", "total")).isEqualTo(last.losses().total());
            assertThat(gauge("loss", "term", "mse")).isEqualTo(last.losses().mse());
            assertThat(gauge("loss", "term", "l2")).isEqualTo(last.losses().l2());
            assertThat(gauge("loss", "term", "kl")).isEqualTo(last.losses().kl());
        }

        /** The task of a model alone may come back, and Prometheus may yet have to read what it has done. */
        @Test
        void aModelsMetersOutlastItsTask() {
            step();
            metrics.onEnd();
            step();

            assertThat(registry.get("sparsestream.steps").counter().count()).isEqualTo(2);
        }
    }

    @Nested
    class Steering {
        @Test
        void commandsCountOnceTheyHaveTakenEffect() {
            assertThat(told("set")).isZero();

            tell(metrics, "{\"command\":\"set\",\"hyperparameters\":{\"beta\":0.01}}");
            tell(metrics, "{\"command\":\"pause\"}");
            tell(metrics, "{\"command\":\"pause\"}");
            tell(metrics, "{\"command\":\"set\"}"); // refused
            tell(metrics, "nonsense");

            assertThat(told("set")).isEqualTo(1);
            assertThat(told("pause")).isEqualTo(2);
            assertThat(told("rollback")).isZero();
        }

        @Test
        void thoseOfReplicasCountOnceForAll() {
            TrainingMetrics model = new TrainingMetrics(registry, "rounds");
            model.replica(0);
            tell(model, "{\"command\":\"pause\"}");

            assertThat(registry.get("sparsestream.control")
                            .tags("model", "rounds", "command", "pause")
                            .counter()
                            .count())
                    .isEqualTo(1);
            model.onEnd();
            assertThat(registry.find("sparsestream.control")
                            .tags("model", "rounds")
                            .counters())
                    .isEmpty();
        }

        private double told(String command) {
            return registry.get("sparsestream.control")
                    .tags("model", "digits", "command", command)
                    .counter()
                    .count();
        }

        private void tell(TrainingListener listener, String record) {
            listener.onControl(
                    ControlResult.of("digits", learner, record.getBytes(UTF_8), "control-0@1", control -> {}), learner);
        }
    }

    @Nested
    class ErrorByLabelAndItsRises {
        @Test
        void showsTheErrorOfTheLabelsThatThereAreAndCountsItsRises() {
            for (int step = 0; step < 300; step++) {
                metrics.onStep(labelled(step, "3", 0.02), learner, 0);
            }
            assertThat(gauge("loss.label", "label", "3")).isCloseTo(0.02, within(1e-12));
            assertThat(registry.find("sparsestream.loss.label").gauges()).hasSize(1);
            assertThat(registry.get("sparsestream.drifts").counter().count()).isZero();

            for (int step = 300; step < 360; step++) {
                metrics.onStep(labelled(step, "seven", 0.1), learner, 0);
            }
            assertThat(gauge("loss.label", "label", "seven")).isCloseTo(0.1, within(1e-12));
            assertThat(registry.find("sparsestream.loss.label").gauges()).hasSize(2);
            assertThat(registry.get("sparsestream.drifts").counter().count()).isEqualTo(1);
        }

        @Test
        void otherHyperparametersAreNoRise() {
            for (int step = 0; step < 300; step++) {
                metrics.onStep(labelled(step, "3", 0.02), learner, 0);
            }
            learner.set(CHOSEN.with(Map.of("beta", "0.5")));
            for (int step = 300; step < 600; step++) {
                metrics.onStep(labelled(step, "3", 0.1), learner, 0);
            }
            assertThat(registry.get("sparsestream.drifts").counter().count()).isZero();
        }

        private static StepResult labelled(long step, String label, double mse) {
            MiniBatch batch = new MiniBatch(1, 1);
            batch.add(new byte[1], label);
            ForwardPass forward = new ForwardPass(
                    1,
                    new float[1],
                    new double[] {mse},
                    new float[][] {new float[7], new float[4]},
                    new double[][] {new double[7], new double[4]},
                    new float[] {1},
                    Anomalies.unknown(1));
            return new StepResult(step, batch, new Losses(mse, 0, 0), forward);
        }
    }

    @Nested
    class WhatIsLearned {
        @Test
        void showsTheLearnerAfterItsFirstStep() {
            step();

            assertShowsTheLearner();
            assertThat(gauge("activation.target")).isEqualTo(0.03);
            Map.of("learning-rate", 0.02, "alpha", 0.01, "beta", 0.05, "beta.h_e_2", 0.05, "rho", 0.03)
                    .forEach((name, value) ->
                            assertThat(gauge("hyperparameter", "name", name)).isEqualTo(value));
            Map.of("batch", 5.0, "beta1", 0.8, "beta2", 0.99, "epsilon", 1e-7)
                    .forEach((name, value) ->
                            assertThat(gauge("hyperparameter", "name", name)).isEqualTo(value));
        }

        @Test
        void showsTheLearnerAnewEveryFiftySteps() {
            step();
            double first = gauge("weight.norm", "tensor", "w_e_1");
            for (int i = 0; i < 49; i++) {
                step();
            }
            assertThat(gauge("weight.norm", "tensor", "w_e_1")).isEqualTo(first);

            step();

            assertThat(gauge("weight.norm", "tensor", "w_e_1")).isNotEqualTo(first);
            assertShowsTheLearner();
        }

        @Test
        void showsALearnerThatWasSetBackAtOnce() {
            for (int i = 0; i < 60; i++) {
                step();
            }
            Autoencoder restored = new Autoencoder(SMALL, CHOSEN, new OpenBlas());

            metrics.onStep(restored.train(batch()), restored, 1);

            assertThat(gauge("weight.norm", "tensor", "w_d_2"))
                    .isEqualTo(norm(restored.state().parameter("w_d_2")), within(1e-9));
        }

        @Test
        void showsHowSparseAndSelectiveTheLayersAre() {
            for (int i = 0; i < 51; i++) {
                step();
            }
            LiveMeasures.Summary summary = learner.measures().orElseThrow().summary();
            assertThat(gauge("explained.variance")).isEqualTo(summary.explainedVariance());
            assertThat(gauge("units.revived")).isZero();
            summary.layers().forEach((layer, found) -> {
                assertThat(gauge("sparseness", "layer", layer, "kind", "lifetime"))
                        .isEqualTo(found.lifetimeSparseness());
                assertThat(gauge("sparseness", "layer", layer, "kind", "population"))
                        .isEqualTo(found.populationSparseness());
                assertThat(gauge("units.dead", "layer", layer))
                        .isEqualTo((double) found.dead() / found.density().length);
                assertThat(gauge("selectivity", "layer", layer)).isEqualTo(found.classSelectivity());
                assertThat(gauge("probe.accuracy", "layer", layer)).isEqualTo(found.probeAccuracy());
                float[] sorted = found.density().clone();
                Arrays.sort(sorted);
                assertThat(gauge("unit.density.quantile", "layer", layer, "q", "1"))
                        .isEqualTo(sorted[sorted.length - 1]);
            });
            DistributionSummary active = registry.get("sparsestream.active.units")
                    .tags("layer", "h_e_1")
                    .summary();
            assertThat(active.count()).as("the images of two looks").isEqualTo(10);
            assertThat(active.mean()).isBetween(0.1, 7.0);
        }

        private void assertShowsTheLearner() {
            for (RunningAverage average : learner.averages()) {
                String layer = average.layer();
                double[] sorted = average.recent().clone();
                Arrays.sort(sorted);
                assertThat(gauge("activation.mean", "layer", layer, "window", "all"))
                        .isEqualTo(average.meanOfAll());
                assertThat(gauge("activation.mean", "layer", layer, "window", "recent"))
                        .isEqualTo(average.meanOfRecent());
                assertThat(gauge("units.saturated", "layer", layer)).isEqualTo(average.saturated());
                double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
                assertThat(gauge("activation.quantile", "layer", layer, "q", "0.5"))
                        .isEqualTo(median, within(1e-12));
                assertThat(gauge("activation.quantile", "layer", layer, "q", "0.05"))
                        .isBetween(sorted[0], sorted[1]);
            }
            for (String tensor : new String[] {"w_e_1", "w_e_2", "w_d_1", "w_d_2"}) {
                assertThat(gauge("weight.norm", "tensor", tensor))
                        .isEqualTo(norm(learner.state().parameter(tensor)), within(1e-9));
            }
        }

        private static double norm(float[] values) {
            double sum = 0;
            for (float value : values) {
                sum += Math.pow(value, 2);
            }
            return Math.sqrt(sum);
        }
    }

    @Nested
    class InputScale {
        private static final Hyperparameters STANDARD =
                CHOSEN.with(Map.of("scale", "standard", "scale-after", "0", "output", "linear"));

        @Test
        void showsQuantilesOverTheInputsOfTheScaleOfNow() {
            assertScale(STANDARD, 2.5, 3.5, 14, 16);
        }

        @Test
        void showsLeastAndGreatestValues() {
            assertScale(CHOSEN.with(Map.of("scale", "minmax", "scale-after", "0")), 2.5, 3.5, 14, 16);
        }

        /** The first input is 3 ± 0.5 and the last 15 ± 1, all others lie between. */
        private void assertScale(Hyperparameters scaled, double low, double high, double lastLow, double lastHigh) {
            Learner learner = ScaledLearner.of(new Autoencoder(SMALL, scaled, new OpenBlas()));
            MiniBatch batch = learner.newBatch();
            for (int step = 0; step < 51; step++) {
                batch.clear();
                for (int i = 0; i < 5; i++) {
                    float[] values = new float[12];
                    int sign = (step + i) % 2 == 0 ? 1 : -1;
                    Arrays.fill(values, 8 + sign * 0.75f);
                    values[0] = 3 + sign * 0.5f;
                    values[11] = 15 + sign;
                    batch.add(values, 0, "");
                }
                metrics.onStep(learner.train(batch), learner, 1);
            }
            assertThat(gauge("input.scale", "bound", "lower", "q", "0")).isEqualTo(low, within(0.07));
            assertThat(gauge("input.scale", "bound", "upper", "q", "0")).isEqualTo(high, within(0.07));
            assertThat(gauge("input.scale", "bound", "lower", "q", "0.5")).isEqualTo(7.25, within(0.07));
            assertThat(gauge("input.scale", "bound", "lower", "q", "1")).isEqualTo(lastLow, within(0.07));
            assertThat(gauge("input.scale", "bound", "upper", "q", "1")).isEqualTo(lastHigh, within(0.07));
        }

        /** Nothing is learned yet: units that answer to nothing are no fault. */
        @Test
        void noUnitIsCalledDeadWhileImagesAreOnlyCounted() {
            Learner learner = ScaledLearner.of(new Autoencoder(SMALL, STANDARD, new OpenBlas()));
            try (LogLines lines = new LogLines(ModelWatch.class)) {
                metrics.onStep(learner.train(batch()), learner, 1);
                assertThat(lines.lines()).isEmpty();
            }
        }

        @Test
        void thereIsNoneWhereInputsAreNotScaled() {
            step();
            assertThat(registry.find("sparsestream.input.scale").gauges()).isEmpty();
        }
    }

    @Nested
    class Replicas {
        /** Prometheus takes a meter with one set of tags only. */
        @Test
        void replicasHaveATagOfTheirOwnAndGoWhenTheirTaskEnds() {
            PrometheusMeterRegistry prometheus = Meters.create();
            TrainingMetrics model = new TrainingMetrics(prometheus, "digits");
            TrainingListener first = model.replica(0);
            TrainingListener third = model.replica(2);
            first.onStep(learner.train(batch()), learner, 3_000_000);
            third.onStep(learner.train(batch()), learner, 3_000_000);
            third.onStep(learner.train(batch()), learner, 3_000_000);
            third.onAnswer(7, 30_000_000);

            assertThat(prometheus.scrape())
                    .contains(
                            "sparsestream_images_total{model=\"digits\",replica=\"0\"} 5.0",
                            "sparsestream_images_total{model=\"digits\",replica=\"2\"} 10.0",
                            "sparsestream_loss{model=\"digits\",replica=\"0\",term=\"kl\"}",
                            "sparsestream_weight_norm{model=\"digits\",replica=\"2\",tensor=\"w_e_1\"}",
                            "sparsestream_round_wait_seconds_count{model=\"digits\",replica=\"2\"} 1",
                            "sparsestream_round{model=\"digits\",replica=\"2\"} 7.0")
                    .doesNotContain("sparsestream_images_total{model=\"digits\"}");
            third.onEnd();
            assertThat(prometheus.scrape())
                    .contains("sparsestream_images_total{model=\"digits\",replica=\"0\"} 5.0")
                    .doesNotContain("replica=\"2\"");
            model.replica(2).onStep(learner.train(batch()), learner, 3_000_000);
            assertThat(prometheus.scrape()).contains("sparsestream_images_total{model=\"digits\",replica=\"2\"} 5.0");
        }

        /** It would look as if the replica were behind all others. */
        @Test
        void beforeItsFirstAnswerAReplicaIsInNoRound() {
            TrainingListener replica = new TrainingMetrics(registry, "rounds").replica(1);
            assertThat(registry.find("sparsestream.round").meters()).isEmpty();
            replica.onAnswer(4, 1);
            assertThat(registry.get("sparsestream.round").gauge().value()).isEqualTo(4);
        }
    }

    @Nested
    class Rounds {
        @Test
        void roundsAreShownWhereTheyAreClosed() {
            PrometheusMeterRegistry prometheus = Meters.create();
            TrainingMetrics model = new TrainingMetrics(prometheus, "digits");
            model.onRound(new Round(1, 300_000_000, 1000, Map.of(0, 0.5, 1, 0.75), Set.of(1), Set.of(2, 3)));
            model.onRound(new Round(2, 300_000_000, 500, Map.of(0, 0.25), Set.of(), Set.of(2)));

            assertThat(prometheus.scrape())
                    .contains(
                            "sparsestream_rounds_total{model=\"digits\"} 2.0",
                            "sparsestream_round_bytes_total{model=\"digits\"} 1500.0",
                            "sparsestream_round_time_seconds_count{model=\"digits\"} 2",
                            "sparsestream_replica_divergence{model=\"digits\",replica=\"0\"} 0.25",
                            "sparsestream_replica_divergence{model=\"digits\",replica=\"1\"} 0.75",
                            "sparsestream_updates_late_total{model=\"digits\",replica=\"1\"} 1.0",
                            "sparsestream_updates_missing_total{model=\"digits\",replica=\"2\"} 2.0");
            model.onEnd();
            assertThat(prometheus.scrape()).doesNotContain("sparsestream_round", "sparsestream_updates", "divergence");
        }

        /** Rounds that never close are told by a counter that does not grow. */
        @Test
        void roundsAreCountedFromTheAveragersStartOn() {
            TrainingMetrics model = new TrainingMetrics(registry, "rounds");
            model.onAveraging();
            assertThat(registry.get("sparsestream.rounds").counter().count()).isZero();
            model.onEnd();
            assertThat(registry.find("sparsestream.rounds").meters()).isEmpty();
        }

        @Test
        void anAveragersEndLeavesReplicasAlone() {
            TrainingMetrics model = new TrainingMetrics(registry, "rounds");
            model.replica(1).onAnswer(1, 1);
            model.onRound(new Round(1, 1, 1, Map.of(1, 0.5), Set.of(), Set.of()));
            model.onEnd();

            assertThat(registry.find("sparsestream.rounds").meters()).isEmpty();
            assertThat(registry.find("sparsestream.round").tag("replica", "1").gauge())
                    .isNotNull();
        }

        @Test
        void aReplicaThatHasNotTrainedYetHasCountersAndNoDivergence() {
            TrainingMetrics model = new TrainingMetrics(registry, "rounds");
            model.onRound(new Round(1, 1, 1, Map.of(), Set.of(), Set.of(3)));
            assertThat(gauge("replica.divergence", "replica", "3")).isNaN();
            assertThat(registry.get("sparsestream.updates.late").counter().count())
                    .isZero();
            assertThat(registry.get("sparsestream.updates.missing").counter().count())
                    .isEqualTo(1);
        }

        @Test
        void roundsAreCountedAnewWhereAnAveragerComesBack() {
            TrainingMetrics model = new TrainingMetrics(registry, "rounds");
            for (int start = 0; start < 2; start++) {
                model.onRound(new Round(1, 1, 1, Map.of(0, 0.5), Set.of(), Set.of()));
                assertThat(registry.get("sparsestream.rounds").counter().count())
                        .isEqualTo(1);
                model.onEnd();
            }
        }
    }

    private StepResult step() {
        StepResult result = learner.train(batch());
        metrics.onStep(result, learner, 3_000_000);
        return result;
    }

    private MiniBatch batch() {
        MiniBatch batch = learner.newBatch();
        while (!batch.isFull()) {
            byte[] image = new byte[SMALL.inputs()];
            random.nextBytes(image);
            batch.add(image, random.nextBoolean() ? "3" : "seven");
        }
        return batch;
    }

    private double gauge(String name, String... tags) {
        return registry.get("sparsestream." + name).tags(tags).gauge().value();
    }
}
