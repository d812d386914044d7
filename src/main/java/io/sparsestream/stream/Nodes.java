package io.sparsestream.stream;

/** Names of the topologies' nodes and stores. Golden files have them; a store's name is part of its changelog's. */
final class Nodes {
    static final String IMAGES = "images";
    static final String CONTROL = "control";
    static final String UPDATES_SOURCE = "updates-source";
    static final String GLOBALS_SOURCE = "globals-source";

    static final String TRAIN = "train";
    static final String AVERAGE = "average";

    static final String RECONSTRUCTIONS = "reconstructions";
    static final String ACTIVATIONS = "activations";
    static final String PARAMETERS = "model";
    static final String DEAD_LETTERS = "dead-letters";
    static final String UPDATES = "updates";
    static final String GLOBALS = "globals";
    static final String CONTROL_RESULTS = "control-results";

    /** Store of the averager. */
    static final String ROUNDS = "rounds";

    private Nodes() {}
}
