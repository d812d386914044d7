package io.sparsestream.cli.steer;

import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A model that is to leave the images alone for a while. */
@Command(name = "pause", description = "Lets a model leave the images alone until it is told to resume.")
public final class PauseCommand implements Callable<Integer> {
    @Mixin
    private Steering steering;

    @Override
    public Integer call() throws Exception {
        ControlResult result = steering.tell(Control.pause());
        System.out.printf(Locale.ROOT, "%s: paused before step %,d%n", result.model(), result.step());
        return 0;
    }
}
