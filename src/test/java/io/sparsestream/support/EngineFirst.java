package io.sparsestream.support;

import io.sparsestream.api.Engine;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Loads the engine before any test starts brokers and clients, as the commands do: both at once can deadlock in glibc. */
public final class EngineFirst implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Engine.AUTO.newProduct();
    }
}
