package io.sparsestream.message;

import io.sparsestream.learn.MiniBatch;

/** Values of records in one form. Not thread-safe: texts are remembered. */
interface Values {
    /** Why a value does not have the numbers that it is to have; null if it does. */
    Reason problem(byte[] value);

    /** The numbers of a value without a problem, as {@link MiniBatch#add(byte[], String)} takes them. */
    byte[] numbers(byte[] value);

    /** The label in a value without a problem, or {@link MiniBatch#UNLABELLED}. */
    String label(byte[] value);

    /**
     * How many numbers a value has.
     *
     * @throws IllegalArgumentException if it has none, saying why
     */
    int count(byte[] value);
}
