package io.sparsestream.stream;

/** Names of the topologies' nodes and stores. Golden files have them; a store's name is part of its changelog's. */
public final class Nodes {
    public static final String IMAGES = "images";
    public static final String CONTROL = "control";
    public static final String UPDATES_SOURCE = "updates-source";
    public static final String GLOBALS_SOURCE = "globals-source";

    public static final String TRAIN = "train";
    public static final String AVERAGE = "average";

    static final String RECONSTRUCTIONS = "reconstructions";
    static final String ACTIVATIONS = "activations";
    public static final String PARAMETERS = "model";
    public static final String UNITS = "units";
    static final String ANOMALIES = "anomalies";
    static final String DEAD_LETTERS = "dead-letters";
    public static final String UPDATES = "updates";
    public static final String GLOBALS = "globals";
    public static final String CONTROL_RESULTS = "control-results";

    /** Store of the averager. */
    public static final String ROUNDS = "rounds";

    private Nodes() {}
}
