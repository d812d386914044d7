package io.sparsestream.cli.model;

import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.compare.TestSet;

/**
 * What a probe learns from and is tested on, of the records of a topic: the newest fifth of those with a label is the test.
 *
 * @param training what came before
 */
record ProbeSets(TestSet training, TestSet test) {
    private static final int FEWEST = 10; // of which a tenth can be held back
    private static final int FIFTHS = 5;

    /** @throws CommandException if too few records have labels */
    static ProbeSets of(TestSet records) {
        TestSet labelled = records.labelled();
        int training = labelled.size() - labelled.size() / FIFTHS;
        if (training < FEWEST || training == labelled.size()) {
            throw new CommandException("of " + records.name() + " only " + labelled.size()
                    + " have labels, which a probe is to find: give more with --last, or say where labels are with"
                    + " --label-field or --label-key");
        }
        return new ProbeSets(labelled.part(0, training), labelled.part(training, labelled.size()));
    }
}
