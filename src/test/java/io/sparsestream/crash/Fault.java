package io.sparsestream.crash;

import java.util.List;

/**
 * Something that is wrong for some time.
 *
 * @param what for people
 * @param ending nodes that it may end; they are started again when it is over
 * @param begin does it
 * @param end undoes it, but for the network, which is healed as a whole
 */
record Fault(FaultKind kind, String what, List<Node> ending, Action begin, Action end) {
    /** What is done. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;

        /** Nothing. */
        Action NONE = () -> {};
    }
}
