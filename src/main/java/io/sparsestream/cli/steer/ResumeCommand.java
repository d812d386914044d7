package io.sparsestream.cli.steer;

import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A paused model that is to go on. */
@Command(name = "resume", description = "Lets a paused model go on with the images.")
public final class ResumeCommand implements Callable<Integer> {
    @Mixin
    private Steering steering;

    @Override
    public Integer call() throws Exception {
        ControlResult result = steering.tell(Control.resume());
        System.out.printf(Locale.ROOT, "%s: resumed with step %,d%n", result.model(), result.step());
        return 0;
    }
}
