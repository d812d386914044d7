package io.sparsestream.crash;

import io.sparsestream.support.Launcher;
import java.util.List;

/**
 * Where a process runs.
 *
 * @param address by which others reach it
 * @param entrance the command that runs another one there; empty for this machine
 */
record Machine(String address, List<String> entrance) {
    static final Machine LOOPBACK = new Machine("127.0.0.1", List.of());

    /** How the present version is started there. */
    Launcher launcher() {
        return Launcher.present().within(entrance);
    }
}
