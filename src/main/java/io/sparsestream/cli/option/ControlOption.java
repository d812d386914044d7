package io.sparsestream.cli.option;

import io.sparsestream.web.ControlRoutes;
import io.sparsestream.web.Routes;
import java.util.Set;
import picocli.CommandLine.Option;

/** Whether the live page may steer the models. */
@About(Section.PAGE)
public final class ControlOption {
    @Option(names = "--allow-control", description = "Lets the page steer the models: whoever can open it can steer.")
    private boolean allowed;

    public boolean isAllowed() {
        return allowed;
    }

    /** What the page's messages go to; nothing is served unless that is allowed. */
    public Routes routes(Set<String> models, ControlRoutes.Teller teller) {
        return allowed ? new ControlRoutes(models, teller) : config -> {};
    }
}
