package io.sparsestream.soak;

import io.sparsestream.support.SparsestreamProcess;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A process that lives as long as the run.
 *
 * @param port where it serves its meters; empty where it does not
 * @param state directory of a trainer; empty where it is none
 */
record Watched(String name, SparsestreamProcess process, OptionalInt port, Optional<Path> state) {}
