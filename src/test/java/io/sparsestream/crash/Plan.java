package io.sparsestream.crash;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run does.
 *
 * @param shape of the models
 * @param images sent in all
 * @param kills how many
 * @param seed of the moments, and of which images are sent
 * @param longestPause seconds that a killed broker at most stays away, or that another fault lasts
 * @param guarantee Kafka Streams' processing.guarantee
 */
record Plan(Scenario scenario, Shape shape, int images, int kills, long seed, double longestPause, String guarantee) {
    /** Of each replica. */
    static final int STEPS_OF_ROUND = 5;

    private static final int MODELS_IN_MEMORY = 4; // of ten, so that models come and go all the time

    /** The command that starts a trainer of that model. */
    List<String> trainer(String bootstrapServers, String model, Path state) {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "--bootstrap-servers",
                bootstrapServers,
                "--model",
                model,
                "--port",
                "0",
                "--state-dir",
                state.toString(),
                "--checkpoint-interval",
                Double.toString(shape.checkpointInterval()),
                "--max-batch-wait",
                "0.3",
                "-K",
                "processing.guarantee=" + guarantee));
        arguments.addAll(shape.arguments());
        arguments.addAll(ofScenario());
        return arguments;
    }

    private List<String> ofScenario() {
        if (!scenario.hasPartitions()) {
            List<String> often = List.of("-K", "commit.interval.ms=100");
            return scenario == Scenario.CONTROL
                    // All: that a model can roll back must not depend on when its checkpoints were due.
                    ? List.of(often.get(0), often.get(1), "--keep-every", "1")
                    : often;
        }
        List<String> arguments = new ArrayList<>(
                List.of("-K", "main.consumer.session.timeout.ms=6000")); // the least that a broker takes
        arguments.addAll(
                scenario == Scenario.KEYED
                        ? List.of(
                                "--model-per-key",
                                "header:label",
                                "--max-models-in-memory",
                                Integer.toString(MODELS_IN_MEMORY))
                        : List.of(
                                "--keep-checkpoints",
                                "1",
                                "--sync-every",
                                Integer.toString(STEPS_OF_ROUND),
                                "--update-encoding",
                                "int8",
                                "--round-timeout",
                                scenario.isSynchronous() ? "0" : "2"));
        return arguments;
    }

    /** The same with another guarantee. */
    Plan withGuarantee(String other) {
        return new Plan(scenario, shape, images, kills, seed, longestPause, other);
    }
}
