package io.sparsestream.cli.steer;

import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model that is to begin anew. */
@Command(
        name = "reset",
        description = "Lets a model forget everything and begin anew, with the hyperparameters that it has now.")
public final class ResetCommand implements Callable<Integer> {
    @Mixin
    private Steering steering;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the new weights (default: the seed that the model began with).")
    private Optional<Long> seed = Optional.empty();

    @Override
    public Integer call() throws Exception {
        ControlResult result = steering.tell(Control.reset(seed.orElse(null)));
        System.out.printf(
                Locale.ROOT,
                "%s: begins anew, with seed %d%n",
                result.model(),
                result.hyperparameters().seed());
        return 0;
    }
}
