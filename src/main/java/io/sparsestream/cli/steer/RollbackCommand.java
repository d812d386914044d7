package io.sparsestream.cli.steer;

import io.sparsestream.cli.option.Whole;
import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sets a model back to an earlier checkpoint. */
@Command(name = "rollback", description = "Takes a model back to a kept checkpoint, its hyperparameters included.")
public final class RollbackCommand implements Callable<Integer> {
    @Mixin
    private Steering steering;

    @Option(
            names = "--to-step",
            required = true,
            paramLabel = "N",
            description =
                    "Updates made up to the checkpoint; where none has this number, those that are kept are named.")
    private long step;

    @Override
    public Integer call() throws Exception {
        Whole.notNegative("--to-step", step);
        ControlResult result = steering.tell(Control.rollback(step));
        System.out.printf(Locale.ROOT, "%s: goes on from step %,d as it was then%n", result.model(), result.step());
        return 0;
    }
}
