package io.sparsestream.cli.steer;

import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Other hyperparameters for a model that is learning. */
@Command(name = "set", description = "Changes hyperparameters of a model while it learns.")
public final class SetCommand implements Callable<Integer> {
    @Mixin
    private Steering steering;

    @Parameters(
            arity = "1..*",
            paramLabel = "NAME=VALUE",
            description = "Such as beta=7.5e-3 learning-rate=0.003; the names are those of train's options.")
    private Map<String, String> hyperparameters;

    @Override
    public Integer call() throws Exception {
        // What no model would take is wrong usage; whether this one takes it, its trainer says.
        Hyperparameters.SPARSE.with(Map.of("schedule", "cosine")).withLive(hyperparameters);
        ControlResult result = steering.tell(Control.set(hyperparameters));
        System.out.printf(
                Locale.ROOT, "%s: %s from step %,d on%n", result.model(), join(hyperparameters), result.step());
        return 0;
    }

    private static String join(Map<String, String> hyperparameters) {
        return String.join(
                " ",
                hyperparameters.entrySet().stream().map(Map.Entry::toString).toList());
    }
}
